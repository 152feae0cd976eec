import { typeName, type RegoTypeName } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { isOfType } from "./operands.ts";

/** Questions about a value's type: every value has an answer. */
export const typeCheckBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  type_name: (value) => typeName(value),
  is_null: isA("null"),
  is_boolean: isA("boolean"),
  is_number: isA("number"),
  is_string: isA("string"),
  is_array: isA("array"),
  is_object: isA("object"),
  is_set: isA("set"),
};

function isA(name: RegoTypeName): BuiltinFunction {
  return (value) => isOfType(value, name);
}
