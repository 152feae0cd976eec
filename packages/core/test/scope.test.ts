import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { covers, isGrant, isScope, meet } from "../src/index.ts";

// A small alphabet, so that two texts made independently often have to do with each other.
const segment = fc.constantFrom("a", "b", "c-1", "0");
const scope = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(":"));
const grant = fc
  .tuple(
    fc.array(fc.oneof(segment, fc.constant("*")), { maxLength: 3 }),
    fc.oneof(segment, fc.constantFrom("*", "**")),
  )
  .map(([head, last]) => [...head, last].join(":"));
const oddText = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "*", ":", "-", "A", " ", "\n", "é"), maxLength: 6 }),
  grant,
);

// A wider grant: some segments become `*`, and from somewhere on all of them `**`.
interface Widening {
  readonly loose: readonly boolean[];
  readonly rest: number;
}
const widening: fc.Arbitrary<Widening> = fc.record({
  loose: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  rest: fc.integer({ min: 0, max: 6 }),
});
function widened(text: string, { loose, rest }: Widening): string {
  const parts = text.split(":");
  const wider = parts.map((part, index) => (loose[index] === true && part !== "**" ? "*" : part));
  return (rest < parts.length ? [...wider.slice(0, rest), "**"] : wider).join(":");
}

// What a grant means, said in another way: a regular expression over scopes.
function meaning(text: string): RegExp {
  const one = "[a-z0-9][a-z0-9-]*";
  const parts = text.split(":").map((part) => {
    if (part === "**") return `${one}(?::${one})*`;
    return part === "*" ? one : part;
  });
  return new RegExp(`^${parts.join(":")}$`, "u");
}

function meetIfAny(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? undefined : meet(a, b);
}

describe("the grammar", () => {
  it.each(["a", "data-retrieval:read", "0", "a--", "a:b:c:d:e"])("`%s` is a scope", (text) => {
    expect(isScope(text)).toBe(true);
    expect(isGrant(text)).toBe(true);
  });

  it.each(["*", "**", "a:*", "*:b", "a:*:c", "a:**", "*:**"])(
    "`%s` is a grant, not a scope",
    (text) => {
      expect(isGrant(text)).toBe(true);
      expect(isScope(text)).toBe(false);
    },
  );

  it.each(["", ":", "a:", ":a", "a::b", "-a", "A", "a b", "a*", "a_b", "é", "a\n", "\na"])(
    "%j is neither",
    (text) => {
      expect(isScope(text)).toBe(false);
      expect(isGrant(text)).toBe(false);
    },
  );

  it.each(["**:a", "a:**:b", "***", "a:***", "**:**"])("`%s` is no grant", (text) => {
    expect(isGrant(text)).toBe(false);
  });
});

describe("covers", () => {
  it.each([
    ["payments:*", "payments:read", true],
    ["payments:*", "payments", false],
    ["payments:*", "payments:read:own", false],
    ["payments:**", "payments:read:own", true],
    ["payments:**", "payments", false],
    ["**", "payments", true],
    ["a:*:c", "a:b:c", true],
    ["a:*:c", "a:**", false],
    ["a:*", "a:**", false],
    ["a:**", "a:*", true],
    ["a:**", "a:b:**", true],
    ["a:b:**", "a:**", false],
    ["*:*:**", "a:**", false],
  ])("`%s` over `%s`: %s", (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  test.prop([grant])("a grant covers itself", (text) => {
    expect(covers(text, text)).toBe(true);
  });

  test.prop([grant, widening, widening])("what covers what covers, covers", (a, first, second) => {
    const b = widened(a, first);
    const c = widened(b, second);
    expect([covers(b, a), covers(c, b), covers(c, a)]).toEqual([true, true, true]);
  });

  test.prop([grant, scope])(
    "a grant covers the scopes that it means, and no other",
    (wide, narrow) => {
      expect(covers(wide, narrow)).toBe(meaning(wide).test(narrow));
    },
  );

  test.prop([grant, grant, scope])("a covered grant opens nothing more", (wide, narrow, some) => {
    fc.pre(covers(wide, narrow));
    expect(!covers(narrow, some) || covers(wide, some)).toBe(true);
  });

  test.prop([grant, grant])("a grant that is not covered opens something more", (wide, narrow) => {
    fc.pre(!covers(wide, narrow));
    // A segment that no grant here names stands for all the others.
    const instances = ["fresh", "fresh:fresh"].map((rest) =>
      narrow.replace(/\*\*$/u, rest).replaceAll("*", "fresh"),
    );
    expect(instances.every((some) => covers(wide, some))).toBe(false);
  });

  test.prop([oddText, oddText])("malformed on either side is false", (a, b) => {
    fc.pre(!isGrant(a) || !isGrant(b));
    expect(covers(a, b)).toBe(false);
  });
});

describe("meet", () => {
  it.each([
    ["payments:*", "*:read", "payments:read"],
    ["payments:**", "payments:*", "payments:*"],
    ["payments:**", "*:*:**", "payments:*:**"],
    ["**", "a:*", "a:*"],
    ["*:**", "**", "*:**"],
    ["a:**", "a", undefined],
    ["a:*", "a:*:**", undefined],
    ["payments:read", "notes:read", undefined],
    ["a", "A", undefined],
    ["a", "", undefined],
  ])("`%s` and `%s` have `%s` in common", (a, b, expected) => {
    expect(meet(a, b)).toBe(expected);
    expect(meet(b, a)).toBe(expected);
  });

  test.prop([grant, grant, scope])(
    "it includes a scope exactly when both grants do",
    (a, b, some) => {
      const both = meet(a, b);
      expect(both !== undefined && covers(both, some)).toBe(covers(a, some) && covers(b, some));
    },
  );

  test.prop([grant, widening, widening])(
    "grants with a grant in common meet in one that includes it",
    (text, first, second) => {
      const [a, b] = [widened(text, first), widened(text, second)];
      const both = meet(a, b);
      expect(both !== undefined && covers(both, text)).toBe(true);
    },
  );

  test.prop([grant, grant])("both grants include it", (a, b) => {
    const both = meet(a, b);
    expect(both === undefined || (covers(a, both) && covers(b, both))).toBe(true);
  });

  test.prop([grant, grant, grant])("order and repetition do not matter", (a, b, c) => {
    expect(meet(a, a)).toBe(a);
    expect(meet(b, a)).toBe(meet(a, b));
    expect(meetIfAny(meet(a, b), c)).toBe(meetIfAny(a, meet(b, c)));
  });

  test.prop([oddText, oddText])("malformed on either side has nothing in common", (a, b) => {
    fc.pre(!isGrant(a) || !isGrant(b));
    expect(meet(a, b)).toBeUndefined();
  });
});
