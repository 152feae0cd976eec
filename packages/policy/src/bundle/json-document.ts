import { compareNames } from "./file-name.ts";

/** A JSON document whose numbers are still as they were written. */
export type JsonDocument =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonDocument[]
  | { readonly [member: string]: JsonDocument };

/** A number by its text: `1.0` and `1` are one value and two texts. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

// JavaScript's library types do not know the third parameter yet (ECMA-262, 2025).
const parse = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/**
 * Parses JSON without rounding its numbers.
 * @throws SyntaxError if the text is not JSON, RangeError if it is nested too deeply for the stack.
 */
export function parseJsonDocument(text: string): JsonDocument {
  return parse(text, (_, value, { source }) =>
    typeof value === "number" ? new JsonNumber(source ?? String(value)) : value,
  ) as JsonDocument;
}

/**
 * The text that OPA digests for a structured file of a bundle: members in order of their names, no
 * white space, numbers as written, text escaped as Go's encoder does without HTML escapes. It is
 * JSON of the same value.
 */
export function canonicalDocument(document: JsonDocument): string {
  if (typeof document === "string") return quote(document);
  if (typeof document !== "object" || document === null) return String(document);
  if (document instanceof JsonNumber) return document.text;
  if (isArray(document)) return `[${document.map(canonicalDocument).join(",")}]`;
  const members = Object.entries(document).toSorted(([a], [b]) => compareNames(a, b));
  return `{${members.map(([name, value]) => `${quote(name)}:${canonicalDocument(value)}`).join(",")}}`;
}

/** Whether a document is an object: neither an array nor a number. */
export function isDocumentObject(
  document: JsonDocument,
): document is { readonly [member: string]: JsonDocument } {
  return (
    typeof document === "object" &&
    document !== null &&
    !isArray(document) &&
    !(document instanceof JsonNumber)
  );
}

function isArray(document: JsonDocument): document is readonly JsonDocument[] {
  return Array.isArray(document);
}

// Go writes U+FFFD for a lone surrogate, and escapes the two separators that JavaScript leaves.
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[\u2028\u2029]/gu,
    (separator) => `\\u${separator.charCodeAt(0).toString(16)}`,
  );
}
