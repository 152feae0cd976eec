import { RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import { isArray } from "./operands.ts";
import { numberText } from "./rego-number.ts";

/** A text that two values share exactly when they are equal in Rego: the key of a JavaScript Map. */
export function identity(value: RegoValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(identity).join()}]`;
  if (value instanceof RegoSet) return `<${value.items.map(identity).join()}>`;
  if (value instanceof RegoObject) {
    return `{${value.entries.map(([key, member]) => `${identity(key)}:${identity(member)}`).join()}}`;
  }
  return typeof value === "number" || typeof value === "bigint" ? numberText(value) : String(value);
}
