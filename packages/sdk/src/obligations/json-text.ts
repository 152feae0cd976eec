/** A number of a JSON text that JavaScript would write another way, such as one of 20 digits. */
export interface ExactNumber {
  readonly rawJSON: string;
}

// ECMAScript's "JSON.parse source text access"; the compiler's library does not know it yet.
const sourceJson = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): value is ExactNumber;
};

const jsonStart = /^[\t\n\r ]*(?:["[{]|-?[0-9]|true|false|null)/u;
const numberStart = /^-?[0-9]/u;

/**
 * What a text holds as JSON, numbers as exactly as they are written; undefined if it is no JSON. Of two
 * members with one name the last counts, as for every reader that uses `JSON.parse`.
 * @throws RangeError for a text that is nested too deep to be read.
 */
export function parseJsonText(text: string): { readonly value: unknown } | undefined {
  // Most texts are no JSON, and an exception costs more than a look at how they begin.
  if (!jsonStart.test(text)) return undefined;
  try {
    return { value: sourceJson.parse(text, (_key, value, { source }) => exact(value, source)) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value is a number that {@link parseJsonText} kept exact; `JSON.stringify` writes it so. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return sourceJson.isRawJSON(value) && numberStart.test(value.rawJSON);
}

function exact(value: unknown, source: string | undefined): unknown {
  return typeof value === "number" && source !== undefined && String(value) !== source
    ? sourceJson.rawJSON(source)
    : value;
}
