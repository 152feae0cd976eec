import { RegoSet, type RegoTypeName, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { parseNumberText } from "./number-text.ts";
import { collectionOperand, isOfType, operandTypeError } from "./operands.ts";

/** Conversions between types. */
export const castBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  to_number: toNumber,
  cast_array: (value) => collectionOperand(value, 1),
  cast_set: (value) => RegoSet.of(collectionOperand(value, 1)),
  cast_string: only("string"),
  cast_boolean: only("boolean"),
  cast_null: only("null"),
  cast_object: only("object"),
};

function toNumber(value: RegoValue): RegoValue {
  if (value === null) return 0;
  switch (typeof value) {
    case "boolean":
      return value ? 1 : 0;
    case "number":
    case "bigint":
      return value;
    case "string":
      return numberOf(value);
    default:
      throw operandTypeError(1, value, "null", "boolean", "number", "string");
  }
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;

function numberOf(text: string): RegoValue {
  if (!decimal.test(text)) throw new BuiltinError("operand 1 must be a valid number string");
  // Go refuses what overflows a `float64`, also where OPA would keep all its digits.
  if (!Number.isFinite(Number(text))) throw new BuiltinError("value out of range");
  return parseNumberText(text.replace(/^\+/u, "").replace(/\.(?=e|$)/iu, ".0"));
}

function only(name: RegoTypeName): BuiltinFunction {
  return (value) => {
    if (isOfType(value, name)) return value;
    throw operandTypeError(1, value, name);
  };
}
