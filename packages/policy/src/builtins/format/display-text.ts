import { RegoObject, RegoSet, type RegoValue } from "../../rego/value.ts";
import { quotedText } from "./quoted-text.ts";
import { numberText } from "../rego-number.ts";
import { checkTextLength } from "../result-bounds.ts";

/**
 * A value as Rego source shows it to people: `{"a": [1, 2]}`, strings quoted.
 * @throws BuiltinError if the text is too long.
 */
export function displayText(value: RegoValue): string {
  switch (typeof value) {
    case "string":
      return quotedText(value, '"', "unicode");
    case "number":
    case "bigint":
      return numberText(value);
    case "boolean":
      return String(value);
    default:
      return value === null ? "null" : compositeText(value);
  }
}

/** The same, but a string is shown as it is. */
export function plainText(value: RegoValue): string {
  return typeof value === "string" ? value : displayText(value);
}

function compositeText(value: readonly RegoValue[] | RegoSet | RegoObject): string {
  if (value instanceof RegoObject) {
    const members = value.entries.map(
      ([key, member]) => `${displayText(key)}: ${displayText(member)}`,
    );
    return list("{", members, "}");
  }
  if (value instanceof RegoSet) {
    return value.items.length === 0 ? "set()" : list("{", value.items.map(displayText), "}");
  }
  return list("[", value.map(displayText), "]");
}

function list(open: string, parts: readonly string[], close: string): string {
  const text = `${open}${parts.join(", ")}${close}`;
  checkTextLength(text.length);
  return text;
}
