import { numberText } from "../builtins/rego-number.ts";
import { RegoObject, RegoSet, type RegoValue } from "./value.ts";

/** The other direction, in a file of its own. */
export { parseRegoText, RegoTextError } from "./text-reader.ts";

/**
 * Writes a Rego value as OPA's `opa_value_parse` reads it: JSON, with sets as `{1,2}` or `set()` and
 * keys of any kind. Sets and objects are in Rego's order already.
 *
 * @throws TypeError for what Rego cannot hold: a number that is not finite, a lone surrogate, or
 *   anything that is no Rego value.
 */
export function printRegoText(value: RegoValue): string {
  switch (typeof value) {
    case "string":
      return printString(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError("a number that is not finite");
      return Number.isSafeInteger(value) ? (value + 0).toString() : numberText(value);
    case "bigint":
    case "boolean":
      return value.toString();
    case "object":
      return value === null ? "null" : printComposite(value);
    default:
      throw new TypeError(`\`${typeof value}\` is no Rego value`);
  }
}

function printComposite(value: readonly RegoValue[] | RegoSet | RegoObject): string {
  if (value instanceof RegoSet) {
    return value.items.length === 0 ? "set()" : `{${printItems(value.items)}}`;
  }
  if (value instanceof RegoObject) {
    let text = "";
    for (const [key, member] of value.entries) {
      if (text !== "") text += ",";
      text += `${printRegoText(key)}:${printRegoText(member)}`;
    }
    return `{${text}}`;
  }
  if (!Array.isArray(value)) throw new TypeError("an object that is no Rego value");
  return `[${printItems(value)}]`;
}

function printItems(items: readonly RegoValue[]): string {
  let text = "";
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += ",";
    // By index and not `map`: a hole becomes `undefined`, which is refused.
    text += printRegoText(items[index] as RegoValue);
  }
  return text;
}

// OPA's lexer aborts the whole evaluation at a lone surrogate, so it is refused here.
function printString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError("a lone surrogate");
  return JSON.stringify(text);
}
