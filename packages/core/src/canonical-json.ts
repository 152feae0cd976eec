import type { JsonValue } from "./json.ts";

/**
 * The canonical text of a JSON value: members sorted by UTF-16 code units, numbers as ECMAScript
 * writes them, no white space. Equal values have equal texts, so digests can be taken of it.
 *
 * @throws TypeError for what JSON cannot hold (NaN, infinities, lone surrogates, `undefined`).
 * @see RFC 8785
 */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case "string":
      return canonicalString(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError("a number that is not finite is not JSON");
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : canonicalComposite(value);
    default:
      throw new TypeError(`\`${typeof value}\` is not JSON`);
  }
}

function canonicalComposite(value: Exclude<JsonValue, null | boolean | number | string>): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.entries(value as { readonly [member: string]: JsonValue });
  // The default order of `sort` is by UTF-16 code units, which is what section 3.2.3 asks for.
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`).join(",")}}`;
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError("a lone surrogate is not JSON text");
  return JSON.stringify(text);
}
