import { fc, test } from "@fast-check/vitest";
import type { JsonValue } from "@scopeward/core";
import { canonicalJson, covers } from "@scopeward/core";
import { describe, expect, it } from "vitest";
import type { Authority } from "../../src/authority/authority.ts";
import { effectiveAuthority, excess, meetAuthority } from "../../src/authority/authority.ts";
import { includes } from "../../src/authority/networks.ts";

// Small alphabets, so that two authorities made independently often have something in common.
const segment = fc.constantFrom("a", "b", "c");
const grant = fc
  .tuple(
    fc.array(fc.oneof(segment, fc.constant("*")), { maxLength: 2 }),
    fc.oneof(segment, fc.constantFrom("*", "**")),
  )
  .map(([head, last]) => [...head, last].join(":"));
const list = fc.array(fc.constantFrom("sales", "hr", "ops"), { maxLength: 3 });
const odd = fc.constantFrom<JsonValue>(true, "sales", null, { a: 1 }, ["sales", 7], 7, 3);
const network = fc.constantFrom(
  "10.0.0.0/8",
  "10.1.0.0/16",
  "10.1.2.3/32",
  "::/0",
  "2001:db8::/32",
);
const members = fc.record(
  {
    dataset: fc.oneof(list, odd),
    rows: fc.oneof(fc.integer({ min: 0, max: 5 }), odd),
    cidr: fc.array(network, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
// A constraint may have any name, also one that means something to JavaScript.
const constraints: fc.Arbitrary<Authority["constraints"]> = fc
  .tuple(members, fc.option(list))
  .map(([named, unusual]) => [
    ...Object.entries(named),
    ...(unusual === null ? [] : [["__proto__", unusual] as const]),
  ])
  .map((entries) => Object.fromEntries(entries));
const authority: fc.Arbitrary<Authority> = fc.record({
  scopes: fc.array(grant, { maxLength: 4 }),
  constraints,
});

interface Asked {
  readonly scope: string;
  readonly dataset: JsonValue;
  readonly rows: number;
  readonly address: string;
}
const asked: fc.Arbitrary<Asked> = fc.record({
  scope: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(":")),
  dataset: fc.constantFrom<JsonValue>("sales", "hr", 7),
  rows: fc.integer({ min: 0, max: 6 }),
  address: fc.constantFrom("10.0.0.1", "10.1.0.1", "10.1.2.3", "2001:db8::1", "::1", "192.0.2.1"),
});

// What an authority means, said in another way: request by request.
function allowed({ scopes, constraints: limits }: Authority, request: Asked): boolean {
  const value = (name: string): JsonValue | undefined =>
    Object.hasOwn(limits, name) ? limits[name] : undefined;
  const networks = value("cidr") as readonly string[] | undefined;
  return (
    scopes.some((wide) => covers(wide, request.scope)) &&
    admits(value("dataset"), request.dataset) &&
    admits(value("rows"), request.rows) &&
    (networks === undefined || includes(networks, request.address))
  );
}

function admits(limit: JsonValue | undefined, wanted: JsonValue): boolean {
  if (limit === undefined) return true;
  if (Array.isArray(limit))
    return limit.some((one) => canonicalJson(one) === canonicalJson(wanted));
  return typeof limit === "number" && typeof wanted === "number" && wanted <= limit;
}

const allows = (scopes: readonly string[], limits: Authority["constraints"] = {}): Authority => ({
  scopes,
  constraints: limits,
});

describe("what two authorities have in common", () => {
  it("keeps of their grants what both include, sorted and without what another includes", () => {
    const one = allows(["payments:**", "notes:read", "b:*"]);
    const other = allows(["*:read", "payments:*", "b:**", "a"]);
    expect(meetAuthority(one, other).scopes).toEqual(["b:*", "notes:read", "payments:*"]);
  });

  it("is found soon, and leaves nothing where wildcards cross too often", () => {
    const many = Array.from({ length: 100 }, (_, index) => `a${index}:*`);
    const crossing = many.map((one) => one.split(":").toReversed().join(":"));
    const startMs = performance.now();
    expect(meetAuthority(allows(many), allows(crossing)).scopes).toEqual([]);
    expect(meetAuthority(allows(many), allows(crossing.slice(0, 2))).scopes).toHaveLength(200);
    expect(meetAuthority(allows(many), allows(many)).scopes).toHaveLength(100);
    // Pair by pair it takes a minute.
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it("leaves nothing where one side has nothing", () => {
    expect(meetAuthority(allows([]), allows(["**"])).scopes).toEqual([]);
  });

  it.each<[string, JsonValue, JsonValue, JsonValue]>([
    ["lists to their common members", ["hr", "sales"], ["sales", "ops", "hr"], ["hr", "sales"]],
    ["lists without common members to nothing", ["hr"], ["sales"], []],
    ["an empty list to nothing", [], ["sales"], []],
    ["numbers to the smaller", 5, 3, 3],
    ["equal values to themselves", { b: 1, a: 2 }, { a: 2, b: 1 }, { b: 1, a: 2 }],
    ["values that differ to nothing", "eu", "us", []],
    ["values of different kinds to nothing", 5, ["5"], []],
    ["a list and its member to nothing", ["sales"], "sales", []],
    ["null and a value to nothing", null, ["sales"], []],
  ])("narrows %s", (_, a, b, expected) => {
    const both = meetAuthority(allows(["a"], { some: a }), allows(["a"], { some: b }));
    expect(both.constraints).toEqual({ some: expected });
  });

  it("keeps a constraint that one side alone has", () => {
    const both = meetAuthority(allows(["a"], { dataset: ["hr"] }), allows(["a"], { rows: 5 }));
    expect(both.constraints).toEqual({ dataset: ["hr"], rows: 5 });
  });

  it("narrows networks by the addresses in them", () => {
    const both = meetAuthority(
      allows(["a"], { cidr: ["10.0.0.0/8", "2001:db8::/32"] }),
      allows(["a"], { cidr: ["10.1.0.0/16", "192.0.2.0/24"] }),
    );
    expect(both.constraints).toEqual({ cidr: ["10.1.0.0/16"] });
  });

  test.prop([authority, authority, asked])("allows what both allow", (a, b, request) => {
    expect(allowed(meetAuthority(a, b), request)).toBe(allowed(a, request) && allowed(b, request));
  });

  test.prop([authority, authority])("goes beyond neither", (a, b) => {
    const both = meetAuthority(a, b);
    expect(excess(both, a)).toBeUndefined();
    expect(excess(both, b)).toBeUndefined();
  });

  test.prop([authority, authority, authority])("does not depend on order", (a, b, c) => {
    expect(meetAuthority(b, a)).toEqual(meetAuthority(a, b));
    expect(meetAuthority(meetAuthority(a, b), c)).toEqual(meetAuthority(a, meetAuthority(b, c)));
  });

  test.prop([authority])("with itself is the same, whichever way it is written", (a) => {
    const once = meetAuthority(a, a);
    expect(meetAuthority(once, a)).toEqual(once);
    expect([excess(once, a), excess(a, once)]).toEqual([undefined, undefined]);
  });
});

describe("the authority that is left of a chain", () => {
  it("is that of the key where nothing is above it", () => {
    const alone = allows(["b", "a"], { dataset: ["hr"] });
    expect(effectiveAuthority([alone])).toEqual(alone);
  });

  it("of no key is nothing", () => {
    expect(effectiveAuthority([]).scopes).toEqual([]);
  });

  test.prop([fc.array(authority, { minLength: 1, maxLength: 6 }), asked])(
    "allows what each of them allows",
    (chain, request) => {
      expect(allowed(effectiveAuthority(chain), request)).toBe(
        chain.every((one) => allowed(one, request)),
      );
    },
  );
});

describe("going beyond", () => {
  it("is a grant that no single grant of the limit includes", () => {
    expect(excess(allows(["a:*"]), allows(["a:b", "a:c"]))).toEqual({
      field: "scopes",
      what: "a:*",
    });
  });

  it("is any grant where the limit has none", () => {
    expect(excess(allows(["a"]), allows([]))).toEqual({ field: "scopes", what: "a" });
  });

  it.each<[string, JsonValue | undefined, JsonValue]>([
    ["leaving a constraint out", undefined, ["sales"]],
    ["leaving out one that allows nothing", undefined, []],
    ["a member more", ["sales", "hr"], ["sales"]],
    ["any member where none is allowed", ["sales"], []],
    ["a greater number", 6, 5],
    ["another value", "us", "eu"],
    ["a number in place of a list", 1, ["1"]],
  ])("is %s", (_, wanted, limit) => {
    const mine = wanted === undefined ? {} : { some: wanted };
    expect(excess(allows(["a"], mine), allows(["**"], { some: limit }))).toEqual({
      field: "constraints",
      what: "some",
    });
  });

  it.each(["10.0.0.0/7", "192.0.2.1/32", "::/0"])("is the network %s", (wide) => {
    const limit = allows(["a"], { cidr: ["10.0.0.0/8"] });
    expect(excess(allows(["a"], { cidr: [wide] }), limit)?.what).toBe("cidr");
  });

  it.each<[string, JsonValue, JsonValue]>([
    ["fewer members", ["sales"], ["hr", "sales"]],
    ["no member", [], 5],
    ["a smaller number", 4, 5],
    ["an equal value", { a: [1] }, { a: [1] }],
  ])("is not %s", (_, wanted, limit) => {
    const mine = allows(["a:b"], { some: wanted, more: ["x"] });
    expect(excess(mine, allows(["a:*"], { some: limit }))).toBeUndefined();
  });

  test.prop([authority, authority, asked])("is what allows something more", (a, b, request) => {
    // The second has much of the limit, so that it is often within it.
    const { scopes } = meetAuthority(a, b);
    for (const wanted of [a, { scopes, constraints: { ...a.constraints, ...b.constraints } }]) {
      const beyond = excess(wanted, b);
      expect(beyond !== undefined || !allowed(wanted, request) || allowed(b, request)).toBe(true);
    }
  });
});
