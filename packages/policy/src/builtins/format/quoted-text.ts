/** What stays as it is between quotes: all printable characters, or only the ASCII ones. */
export type QuoteCharset = "unicode" | "ascii";

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const unquotable = /[^\t -~\u0080-\u{10ffff}]|[`\ufeff]/u;

const shortEscapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
};

/** Whether the character is one that Go shows as it is. */
export function isPrintable(character: string): boolean {
  return printable.test(character);
}

/** Whether a text can stand between Go's back quotes, where nothing is escaped. */
export function canBackquote(text: string): boolean {
  return !unquotable.test(text);
}

/** The text as a Go string or character literal, with the quote given. */
export function quotedText(text: string, quote: '"' | "'", charset: QuoteCharset): string {
  let result = quote as string;
  for (const character of text) {
    result += character === quote ? `\\${quote}` : escaped(character, charset);
  }
  return result + quote;
}

function escaped(character: string, charset: QuoteCharset): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const point = character.codePointAt(0)!;
  if (isPrintable(character) && (charset === "unicode" || point < 0x80)) return character;
  if (point < 0x20 || point === 0x7f) return `\\x${hex(point, 2)}`;
  return point < 0x10000 ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

function hex(point: number, digits: number): string {
  return point.toString(16).padStart(digits, "0");
}
