import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { isJsonText, parseJsonText, toJsonValue } from "../json-text.ts";
import { isArray } from "../operands.ts";
import { parseSchema } from "./parse-schema.ts";
import { SchemaError } from "./schema-error.ts";
import { validateValue } from "./validate-value.ts";

/** `json.match_schema` and `json.verify_schema`, for JSON Schema of the drafts 4, 6 and 7. */
export const schemaBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "json.match_schema": (value, schema) => {
    try {
      const document = jsonOperand(value);
      const report = validateValue(parseSchema(jsonOperand(schema)), document);
      return [report.isValid, report.errors];
    } catch (error) {
      // Its message quotes the schema, which may be the caller's.
      if (error instanceof SchemaError) throw new BuiltinError("a document or schema is malformed");
      throw error;
    }
  },
  "json.verify_schema": (schema) => {
    try {
      parseSchema(jsonOperand(schema));
      return [true, null];
    } catch (error) {
      if (error instanceof SchemaError) return [false, `jsonschema: ${error.message}`];
      throw error;
    }
  },
};

// A text is JSON, an object or an array stands for itself.
function jsonOperand(value: RegoValue): RegoValue {
  if (value instanceof RegoObject || isArray(value)) return toJsonValue(value);
  if (typeof value !== "string") throw new SchemaError("wrong type, expected string or object");
  if (!isJsonText(value)) throw new SchemaError("invalid JSON string");
  try {
    return parseJsonText(value);
  } catch (error) {
    if (error instanceof BuiltinError) throw new SchemaError("invalid JSON string");
    throw error;
  }
}
