import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { JsonObject } from "@scopeward/core";
import { redactResult } from "../../src/obligations/redact-result.ts";
import { dutyOf } from "./duty.ts";

const names = fc.constantFrom("email", "a", "b", "__proto__", "constructor", "my secret", "~/");
const prose = fc.constantFrom(
  "",
  "x",
  "a secret b",
  "secretsecret",
  "{",
  "[1",
  "\u2028😀",
  "\ud800",
);

// Plain data with JSON inside of texts, and JSON inside of that.
const { value: anything } = fc.letrec<{ value: unknown; leaf: unknown; inText: string }>((tie) => ({
  leaf: fc.oneof(fc.constantFrom(null, true, 0, -1.5, 12), prose),
  inText: tie("value").map((value) => JSON.stringify(value)),
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    tie("leaf"),
    tie("inText"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie("value")), { maxLength: 4 }).map(Object.fromEntries),
  ),
}));
const result = fc.oneof(
  fc.array(anything, { maxLength: 3 }),
  fc.dictionary(names, anything, { maxKeys: 4 }),
  fc.array(anything, { maxLength: 3 }).map((value) => JSON.stringify(value)),
);

async function redacted(value: unknown, parameters: JsonObject): Promise<unknown> {
  const duty = dutyOf({ type: "redact_result", ...parameters });
  return (await redactResult.transform(value, duty)).value;
}

interface Removal {
  /** The member that goes, everywhere or below one member. */
  readonly name: string;
  readonly below?: string;
}

function pointerOf({ name, below }: Removal): string {
  const tokens = below === undefined ? [name] : [below, name];
  return tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value === null || typeof value === "number" || typeof value === "boolean"
      ? undefined
      : value;
  } catch {
    return undefined;
  }
}

/** What is to be left, said as plainly as it can be. */
function expected(
  value: unknown,
  removals: readonly Removal[],
  word: string | undefined,
  below?: string,
): unknown {
  if (typeof value === "string") {
    const json = parsed(value);
    if (json !== undefined) return JSON.stringify(expected(json, removals, word, below));
    return word === undefined ? value : value.replaceAll(word, "#");
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => expected(item, removals, word, below));
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) =>
          !removals.some(
            (each) => each.name === name && (each.below === undefined || each.below === below),
          ),
      )
      .map(([name, member]) => [
        word === undefined ? name : name.replaceAll(word, "#"),
        expected(member, removals, word, name),
      ]),
  );
}

const removal: fc.Arbitrary<Removal> = fc.oneof(
  fc.record({ name: names }),
  fc.record({ name: names, below: names }),
);

test.prop([result, fc.array(removal, { minLength: 1, maxLength: 4 })])(
  "what fields name is gone, and all else is as it was",
  async (value, removals) => {
    const before = JSON.stringify(value);
    const left = await redacted(value, { fields: removals.map(pointerOf) });
    expect(JSON.stringify(left)).toBe(JSON.stringify(expected(value, removals, undefined)));
    expect(JSON.stringify(value)).toBe(before);
  },
);

test.prop([result])("no text of the result has the name of a field any more", async (value) => {
  const left = await redacted(value, { fields: ["/email"] });
  expect(JSON.stringify(left)).not.toContain("email");
});

test.prop([result])("what a pattern matches is gone, and all else is as it was", async (value) => {
  const before = JSON.stringify(value);
  const left = await redacted(value, { pattern: "secret", replacement: "#" });
  expect(JSON.stringify(left)).toBe(JSON.stringify(expected(value, [], "secret")));
  expect(JSON.stringify(left)).not.toContain("secret");
  expect(JSON.stringify(value)).toBe(before);
});

test.prop([result, fc.array(removal, { minLength: 1, maxLength: 4 })])(
  "what is redacted already stays as it is",
  async (value, removals) => {
    const rules = { fields: removals.map(pointerOf), pattern: "secret", replacement: "#" };
    const once = await redacted(value, rules);
    expect(await redacted(once, rules)).toEqual(once);
  },
);

test.prop([result, fc.array(fc.nat({ max: 40 }), { maxLength: 4 })])(
  "a text comes to the same, wherever it is cut",
  async (value, cuts) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
    const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
    const rules = { fields: ["/email"], pattern: "secret" };
    const source = async function* (): AsyncGenerator {
      yield* pieces;
    };
    const duty = dutyOf({ type: "redact_result", ...rules });
    const given: unknown[] = [];
    const stream = redactResult.transformStream?.(source(), duty, () => undefined);
    for await (const piece of stream ?? []) given.push(piece);
    expect(given.join("")).toBe(await redacted(text, rules));
  },
);
