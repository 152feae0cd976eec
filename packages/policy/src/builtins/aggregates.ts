import { compareValues, RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import { addFloats, bigFloat, floatNumber, multiplyFloats, type BigFloat } from "./big-float.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { isArray, operandElementError, operandTypeError } from "./operands.ts";
import { exactInteger, integerNumber, type RegoNumber } from "./rego-number.ts";
import { checkIntegerBits } from "./result-bounds.ts";
import { runeCount } from "./runes.ts";
import { sortedValues } from "./sets.ts";

/** What a whole array or set comes to. */
export const aggregateBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  count,
  sum: (collection) => accumulate(collection, 0n, (a, b) => a + b, addFloats),
  // Go starts the product from a `float64`, whose 53 bits it then keeps.
  product: (collection) =>
    accumulate(
      collection,
      1n,
      (a, b) => a * b,
      (a, b) => multiplyFloats(a, b, 53),
    ),
  max: (collection) => extreme(elements(collection, "set", "array"), 1),
  min: (collection) => extreme(elements(collection, "set", "array"), -1),
  sort: (collection) => sortedValues(elements(collection, "set", "array")),
  all: (collection) => elements(collection, "array", "set").every((element) => element === true),
  any: (collection) => elements(collection, "array", "set").some((element) => element === true),
};

function count(value: RegoValue): number {
  if (typeof value === "string") return runeCount(value);
  if (value instanceof RegoObject) return value.entries.length;
  return elements(value, "array", "object", "set", "string").length;
}

function elements(value: RegoValue, ...expected: readonly string[]): readonly RegoValue[] {
  if (value instanceof RegoSet) return value.items;
  if (isArray(value)) return value;
  throw operandTypeError(1, value, ...expected);
}

function accumulate(
  collection: RegoValue,
  start: bigint,
  exact: (a: bigint, b: bigint) => bigint,
  float: (a: BigFloat, b: BigFloat) => BigFloat,
): RegoNumber {
  const numbers = elements(collection, "set", "array").map((element) => {
    if (typeof element === "number" || typeof element === "bigint") return element;
    throw operandElementError(1, collection, element, "number");
  });
  const integers = numbers.map(exactInteger);
  if (integers.every((integer) => integer !== undefined)) {
    let total = start;
    for (const integer of integers) {
      total = exact(total, integer);
      checkIntegerBits(total);
    }
    return integerNumber(total);
  }
  return floatNumber(numbers.map((number) => bigFloat(number)).reduce(float, bigFloat(start)));
}

function extreme(values: readonly RegoValue[], sign: 1 | -1): RegoValue | undefined {
  let best = values[0];
  for (const value of values) {
    if (best === undefined || compareValues(value, best) * sign >= 0) best = value;
  }
  return best;
}
