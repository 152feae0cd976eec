import { RegoSet, type RegoValue } from "../rego/value.ts";
import {
  addFloats,
  bigFloat,
  divideFloats,
  floatNumber,
  multiplyFloats,
  subtractFloats,
  truncateFloat,
  type BigFloat,
} from "./big-float.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { isOfType, numberOperand, operandTypeError } from "./operands.ts";
import { exactInteger, integerNumber, type RegoNumber } from "./rego-number.ts";
import { checkIntegerBits } from "./result-bounds.ts";
import { setDifference } from "./sets.ts";

/**
 * Arithmetic as OPA does it: integers exactly and of any size, fractions in 64 bits, so that
 * `0.1 + 0.2` is `0.3`; division, and rounding beyond 32 bits, always in 64 bits.
 */
export const arithmeticBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  plus: operation((a, b) => a + b, addFloats),
  minus,
  mul: operation((a, b) => a * b, multiplyFloats),
  div: (a, b) => divide(numberOperand(a, 1), numberOperand(b, 2)),
  rem: (a, b) => remainder(numberOperand(a, 1), numberOperand(b, 2)),
  abs: unary((value) =>
    floatNumber({ ...value, mantissa: value.mantissa < 0n ? -value.mantissa : value.mantissa }),
  ),
  round: unary((value) => {
    const half = bigFloat(value.mantissa < 0n ? -0.5 : 0.5);
    return integerNumber(truncateFloat(addFloats(value, half)));
  }),
  ceil: unary((value) => integerNumber(truncateFloat(value) + (fractionSign(value) > 0 ? 1n : 0n))),
  floor: unary((value) =>
    integerNumber(truncateFloat(value) - (fractionSign(value) < 0 ? 1n : 0n)),
  ),
};

const subtract = operation((a, b) => a - b, subtractFloats);

function minus(a: RegoValue, b: RegoValue): RegoValue | undefined {
  if (a instanceof RegoSet && b instanceof RegoSet) return setDifference(a, b);
  const numeric = isOfType(a, "number");
  if (numeric && isOfType(b, "number")) return subtract(a, b);
  if (!numeric && !isOfType(a, "set")) throw operandTypeError(1, a, "number", "set");
  throw operandTypeError(2, b, isOfType(b, "number") ? "set" : "number");
}

function operation(
  exact: (a: bigint, b: bigint) => bigint,
  float: (a: BigFloat, b: BigFloat) => BigFloat,
): BuiltinFunction {
  return (first, second) => {
    const a = numberOperand(first, 1);
    const b = numberOperand(second, 2);
    const integerA = exactInteger(a);
    const integerB = exactInteger(b);
    if (integerA !== undefined && integerB !== undefined) {
      checkIntegerBits(integerA);
      checkIntegerBits(integerB);
      return integerNumber(exact(integerA, integerB));
    }
    return floatNumber(float(bigFloat(a), bigFloat(b)));
  };
}

function divide(a: RegoNumber, b: RegoNumber): RegoNumber {
  if (Number(b) === 0) throw new BuiltinError("divide by zero");
  if (isInt32(a) && isInt32(b) && Number(a) % Number(b) === 0) return Number(a) / Number(b) + 0;
  return floatNumber(divideFloats(bigFloat(a), bigFloat(b)));
}

function remainder(a: RegoNumber, b: RegoNumber): RegoNumber {
  const integerA = exactInteger(a);
  const integerB = exactInteger(b);
  if (integerA === undefined || integerB === undefined) {
    throw new BuiltinError("modulo on floating-point number");
  }
  if (integerB === 0n) throw new BuiltinError("modulo by zero");
  return integerNumber(integerA % integerB);
}

function unary(float: (value: BigFloat) => RegoNumber): BuiltinFunction {
  return (operand) => float(bigFloat(numberOperand(operand, 1)));
}

function fractionSign(value: BigFloat): number {
  if (value.exponent >= 0) return 0;
  const rest = value.mantissa % (1n << BigInt(-value.exponent));
  return rest === 0n ? 0 : rest < 0n ? -1 : 1;
}

function isInt32(value: RegoNumber): boolean {
  return typeof value === "number" && (value | 0) === value;
}
