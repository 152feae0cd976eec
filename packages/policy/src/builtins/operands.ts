import { RegoObject, RegoSet, typeName, type RegoTypeName, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import { exactInteger, type RegoNumber } from "./rego-number.ts";

/** The failure of an operand, with its position counted from 1. */
export function operandError(position: number, fault: string): BuiltinError {
  return new BuiltinError(`operand ${position} ${fault}`);
}

/** The failure of an operand whose type is none of those expected. */
export function operandTypeError(
  position: number,
  value: RegoValue,
  ...expected: readonly string[]
): BuiltinError {
  const wanted = expected.length === 1 ? expected[0]! : `one of {${expected.join(", ")}}`;
  return operandError(position, `must be ${wanted} but got ${typeName(value)}`);
}

/** The failure of an element inside a composite operand. */
export function operandElementError(
  position: number,
  composite: RegoValue,
  element: RegoValue,
  ...expected: readonly string[]
): BuiltinError {
  const outer = typeName(composite);
  const wanted =
    expected.length === 1
      ? `${outer} of ${expected[0]!}s`
      : `${outer} of (any of) {${expected.join(", ")}}`;
  return operandError(
    position,
    `must be ${wanted} but got ${outer} containing ${typeName(element)}`,
  );
}

/** @throws BuiltinError unless `value` is a string. */
export function stringOperand(value: RegoValue, position: number): string {
  if (typeof value === "string") return value;
  throw operandTypeError(position, value, "string");
}

/** @throws BuiltinError unless `value` is a boolean. */
export function booleanOperand(value: RegoValue, position: number): boolean {
  if (typeof value === "boolean") return value;
  throw operandTypeError(position, value, "boolean");
}

/** @throws BuiltinError unless `value` is a number. */
export function numberOperand(value: RegoValue, position: number): RegoNumber {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw operandTypeError(position, value, "number");
}

/** An integer of any size. @throws BuiltinError unless `value` is a number without a fraction. */
export function bigIntOperand(value: RegoValue, position: number): bigint {
  const integer = exactInteger(numberOperand(value, position));
  if (integer !== undefined) return integer;
  throw operandError(position, "must be integer number but got floating-point number");
}

const int64Limit = 2n ** 63n;

/**
 * An integer that fits Go's `int`; beyond 2^53 it is rounded, which no index or count can tell.
 * @throws BuiltinError unless `value` is such a number.
 */
export function integerOperand(value: RegoValue, position: number): number {
  const integer = bigIntOperand(value, position);
  if (integer >= -int64Limit && integer < int64Limit) return Number(integer);
  throw operandError(position, "must be integer number but got floating-point number");
}

/** @throws BuiltinError unless `value` is an array. */
export function arrayOperand(value: RegoValue, position: number): readonly RegoValue[] {
  if (isArray(value)) return value;
  throw operandTypeError(position, value, "array");
}

/** @throws BuiltinError unless `value` is a set. */
export function setOperand(value: RegoValue, position: number): RegoSet {
  if (value instanceof RegoSet) return value;
  throw operandTypeError(position, value, "set");
}

/** @throws BuiltinError unless `value` is an object. */
export function objectOperand(value: RegoValue, position: number): RegoObject {
  if (value instanceof RegoObject) return value;
  throw operandTypeError(position, value, "object");
}

/** The elements of an array or a set, in order. @throws BuiltinError for anything else. */
export function collectionOperand(value: RegoValue, position: number): readonly RegoValue[] {
  if (isArray(value)) return value;
  if (value instanceof RegoSet) return value.items;
  throw operandTypeError(position, value, "array", "set");
}

/** The strings in an array or a set. @throws BuiltinError if `value` holds anything else. */
export function stringListOperand(value: RegoValue, position: number): readonly string[] {
  return collectionOperand(value, position).map((element) => {
    if (typeof element === "string") return element;
    throw operandElementError(position, value, element, "string");
  });
}

/** Whether `value` is Rego's array; `Array.isArray` cannot narrow a readonly array. */
export function isArray(value: RegoValue): value is readonly RegoValue[] {
  return Array.isArray(value);
}

/** Whether `value` is of the type named. */
export function isOfType(value: RegoValue, name: RegoTypeName): boolean {
  return typeName(value) === name;
}
