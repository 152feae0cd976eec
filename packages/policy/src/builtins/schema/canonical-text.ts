import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { jsonEntries, renderJsonText } from "../json-text.ts";
import { isArray } from "../operands.ts";

/**
 * JSON of a value with numbers as a `float64` has them: what equal values have in common.
 * @throws BuiltinError for a number beyond all of those.
 */
export function canonicalText(value: RegoValue): string {
  if (typeof value === "number" || typeof value === "bigint") {
    const float = Number(value);
    if (Number.isFinite(float)) return String(float);
    throw new BuiltinError("a number is beyond those of a schema");
  }
  if (isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!(value instanceof RegoObject)) return renderJsonText(value);
  const members = jsonEntries(value).map(
    ([key, member]) => `${renderJsonText(key)}:${canonicalText(member)}`,
  );
  return `{${members.join(",")}}`;
}
