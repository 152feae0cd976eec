import type { RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { bigIntOperand, operandError } from "./operands.ts";
import { integerNumber } from "./rego-number.ts";
import { BuiltinError } from "./builtin-error.ts";
import { maxIntegerBits } from "./result-bounds.ts";

/** Operations on the bits of integers of any size, negative ones in two's complement. */
export const bitBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "bits.and": operation((a, b) => a & b),
  "bits.or": operation((a, b) => a | b),
  "bits.xor": operation((a, b) => a ^ b),
  "bits.negate": (a) => integerNumber(~bigIntOperand(a, 1)),
  "bits.lsh": (a, by) => {
    const value = bigIntOperand(a, 1);
    const shift = shiftOperand(by);
    if (value === 0n) return 0;
    if (shift > maxIntegerBits) {
      throw new BuiltinError("the result is an integer with too many digits");
    }
    return integerNumber(value << shift);
  },
  "bits.rsh": (a, by) => {
    const value = bigIntOperand(a, 1);
    const shift = shiftOperand(by);
    return integerNumber(value >> shift);
  },
};

function operation(compute: (a: bigint, b: bigint) => bigint): BuiltinFunction {
  return (a, b) => integerNumber(compute(bigIntOperand(a, 1), bigIntOperand(b, 2)));
}

function shiftOperand(value: RegoValue): bigint {
  const shift = bigIntOperand(value, 2);
  if (shift >= 0n) return shift;
  throw operandError(2, "must be an unsigned integer number but got a negative integer");
}
