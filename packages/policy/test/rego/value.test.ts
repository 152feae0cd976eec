import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { identity } from "../../src/builtins/value-identity.ts";
import {
  compareValues,
  equalValues,
  RegoObject,
  RegoSet,
  typeName,
  type RegoValue,
} from "../../src/rego/value.ts";
import { regoValue } from "./rego-values.ts";

describe("Rego's order", () => {
  // OPA's order of types, and within each of values.
  const ascending: readonly RegoValue[] = [
    null,
    false,
    true,
    -1,
    0,
    0.5,
    1,
    2n ** 70n,
    "",
    "B",
    "a",
    "a\ud7ff",
    "a\uffff",
    "a\u{1f600}",
    [],
    [1, 2],
    [2],
    RegoObject.of([]),
    RegoObject.of([["a", 1]]),
    RegoObject.of([["a", 2]]),
    RegoObject.of([["b", 1]]),
    RegoSet.of([]),
    RegoSet.of([1, 2]),
    RegoSet.of([2]),
  ];

  test("is the order of types, then of values", () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect(Math.sign(compareValues(a, b))).toBe(Math.sign(i - j));
      }
    }
  });

  test("is antisymmetric", () => {
    fc.assert(
      fc.property(regoValue, regoValue, (a, b) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
      }),
    );
  });

  test("is transitive", () => {
    fc.assert(
      fc.property(regoValue, regoValue, regoValue, (a, b, c) => {
        const [low, middle, high] = [a, b, c].toSorted(compareValues) as [
          RegoValue,
          RegoValue,
          RegoValue,
        ];
        expect(compareValues(low, middle)).toBeLessThanOrEqual(0);
        expect(compareValues(middle, high)).toBeLessThanOrEqual(0);
        expect(compareValues(low, high)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("holds every value equal to itself", () => {
    fc.assert(
      fc.property(regoValue, (value) => {
        expect(equalValues(value, value)).toBe(true);
      }),
    );
  });

  test("takes a large number as the decimal that it is written as", () => {
    expect(equalValues(1e23, 10n ** 23n)).toBe(true);
    expect(equalValues(2 ** 64, 18446744073709552000n)).toBe(true);
    expect(compareValues(1e23, 10n ** 23n - 1n)).toBe(1);
  });
});

describe("sets and objects", () => {
  test("a set has each value once, sorted", () => {
    fc.assert(
      fc.property(fc.array(regoValue, { maxLength: 8 }), (items) => {
        const set = RegoSet.of([...items, ...items]);
        expect(items.every((item) => set.has(item))).toBe(true);
        expect(set.items).toHaveLength(new Set(items.map(identity)).size);
        expect(set.items.toSorted(compareValues)).toEqual(set.items);
      }),
    );
  });

  test("of equal keys the last one holds", () => {
    const object = RegoObject.of([
      ["a", 1],
      [[1], 2],
      ["a", 3],
    ]);
    expect(object.entries).toHaveLength(2);
    expect(object.get("a")).toBe(3);
    expect(object.get([1])).toBe(2);
    expect(object.get("b")).toBeUndefined();
  });

  test("every value has a type's name", () => {
    expect([null, true, 1, 1n, "", [], RegoObject.of([]), RegoSet.of([])].map(typeName)).toEqual([
      "null",
      "boolean",
      "number",
      "number",
      "string",
      "array",
      "object",
      "set",
    ]);
  });
});

describe("identity", () => {
  test("is shared exactly by equal values", () => {
    fc.assert(
      fc.property(regoValue, regoValue, (a, b) => {
        expect(identity(a) === identity(b)).toBe(equalValues(a, b));
      }),
    );
  });

  test("tells types apart that print alike", () => {
    const values: readonly RegoValue[] = [1, "1", [1], RegoSet.of([1]), RegoObject.of([[1, 1]])];
    expect(new Set(values.map(identity)).size).toBe(values.length);
    expect(identity(2 ** 64)).toBe(identity(18446744073709552000n));
  });
});
