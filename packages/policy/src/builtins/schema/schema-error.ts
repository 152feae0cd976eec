import { BuiltinError } from "../builtin-error.ts";

/** A schema is malformed; its message is what `json.verify_schema` answers, in OPA's words. */
export class SchemaError extends BuiltinError {}

/** @throws SchemaError as for a keyword whose value has the wrong type. */
export function invalidType(expected: string, given: string): SchemaError {
  return new SchemaError(`Invalid type. Expected: ${expected}, given: ${given}`);
}

/** A keyword's value is not of a simple type. */
export function mustBe(key: string, type: string): SchemaError {
  return new SchemaError(`${key} must be of ${/^[aeio]/u.test(type) ? "an" : "a"} ${type}`);
}

/** A keyword's value is not of a composite type. */
export function mustBeOfType(key: string, type: string): SchemaError {
  return new SchemaError(`${key} must be of type ${type}`);
}
