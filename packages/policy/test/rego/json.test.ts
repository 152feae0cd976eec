import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { fromJson, toJson } from "../../src/rego/json.ts";
import { equalValues, RegoObject, RegoSet, type RegoValue } from "../../src/rego/value.ts";
import { regoValue } from "./rego-values.ts";

describe("JSON and Rego", () => {
  test("JSON data goes through unchanged", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (data) => {
        // Through JSON's text, which has no -0.
        expect(JSON.parse(JSON.stringify(toJson(fromJson(data))))).toEqual(
          JSON.parse(JSON.stringify(data)),
        );
      }),
    );
  });

  test("what is JSON already comes back equal", () => {
    fc.assert(
      fc.property(regoValue, (value) => {
        const data = jsonOf(value);
        fc.pre(data !== undefined);
        expect(equalValues(fromJson(toJson(fromJson(data))), fromJson(data))).toBe(true);
      }),
    );
  });

  test("a set becomes an array in order, a key its JSON text", () => {
    const value = RegoObject.of([
      [RegoSet.of([2, 1]), RegoSet.of(["b", "a"])],
      [1, null],
    ]);
    expect(toJson(value)).toEqual({ "1": null, "[1,2]": ["a", "b"] });
  });

  test("a member called __proto__ is a member", () => {
    const data = toJson(RegoObject.of([["__proto__", RegoObject.of([["a", 1]])]]));
    expect(Object.keys(data as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect((fromJson(data) as RegoObject).get("__proto__")).toBeInstanceOf(RegoObject);
  });

  test("an integer that a number cannot hold is refused, not rounded", () => {
    expect(() => toJson([2n ** 60n])).toThrow(RangeError);
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  test.each([
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    "\udc00",
    undefined,
    1n,
    Symbol("a"),
    () => 1,
    Promise.resolve(1),
    new Date(),
    new Map(),
    [undefined],
    { a: undefined },
    { "\ud800": 1 },
    cyclic,
  ])("%o is not JSON", (value) => {
    expect(() => fromJson(value)).toThrow(TypeError);
  });

  test("a chain that is linked both ways is refused, and at once", () => {
    const links = Array.from({ length: 100 }, (): Record<string, unknown> => ({}));
    for (const [at, link] of links.entries()) {
      link["before"] = links[at - 1] ?? null;
      link["after"] = links[at + 1] ?? null;
    }
    expect(() => fromJson(links[0])).toThrow(TypeError);
  });

  test("what is there twice is no cycle", () => {
    const shared = { a: [1] };
    expect(toJson(fromJson([shared, { b: shared }, shared.a]))).toEqual([
      shared,
      { b: shared },
      [1],
    ]);
  });

  test("an object without a prototype is JSON", () => {
    const data = Object.assign(Object.create(null) as object, { a: 1 });
    expect(toJson(fromJson(data))).toEqual({ a: 1 });
  });
});

// Undefined where an integer is too large.
function jsonOf(value: RegoValue): unknown {
  try {
    return toJson(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
