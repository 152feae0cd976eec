import type { RegoValue } from "../../rego/value.ts";
import { bigFloat, truncateFloat } from "../big-float.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { numberOperand, operandError } from "../operands.ts";
import type { RegoNumber } from "../rego-number.ts";

/** `format_int`. */
export const integerTextBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  format_int: (value, base) => {
    const number = numberOperand(value, 1);
    return integerPart(number).toString(radixOperand(base));
  },
};

function integerPart(number: RegoNumber): bigint {
  if (typeof number === "bigint") return number;
  return Number.isSafeInteger(number) ? BigInt(number) : truncateFloat(bigFloat(number));
}

function radixOperand(value: RegoValue): 2 | 8 | 10 | 16 {
  const base = numberOperand(value, 2);
  if (base === 2 || base === 8 || base === 10 || base === 16) return base;
  throw operandError(2, "must be one of {2, 8, 10, 16}");
}
