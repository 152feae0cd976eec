import { readPlainScalar } from "./scalar.ts";

// Not what YAML prints: everything but line feeds, printable ASCII and most of the first plane.
const special = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const lineBreak = /[\n\r\u0085\u2028\u2029]/u;

/** How a text stands among a mapping's keys or as a value. */
export interface TextPlace {
  readonly isKey: boolean;
  /** Spaces before the lines of a text of several lines. */
  readonly indent: number;
}

/** A text as go-yaml writes it: plain if it reads back as itself, in literal lines, or quoted. */
export function scalarText(text: string, { isKey, indent }: TextPlace): string {
  if (text.includes("\n")) {
    return isKey || !mayBeLiteral(text) ? doubleQuoted(text) : literal(text, indent);
  }
  if (!readsAsText(text)) return doubleQuoted(text);
  if (mayBePlain(text)) return text;
  return mayBeSingleQuoted(text) ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/u;
const oldBoolean = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/u;

// Other readers of YAML know numbers to the base 60, and more words for true and false.
function readsAsText(text: string): boolean {
  return readPlainScalar(text).kind === "str" && !sexagesimal.test(text) && !oldBoolean.test(text);
}

function mayBePlain(text: string): boolean {
  return !(
    /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`])/u.test(text) ||
    /^[?:-](?:[ \t]|$)/u.test(text) ||
    /.:(?:[ \t]|$)/u.test(text) ||
    /[ \t]#/u.test(text) ||
    /^ | $/u.test(text) ||
    text.includes("\t") ||
    lineBreak.test(text) ||
    special.test(text)
  );
}

function mayBeSingleQuoted(text: string): boolean {
  return (
    !text.includes("\t") &&
    !special.test(text) &&
    !new RegExp(` ${lineBreak.source}`, "u").test(text) &&
    !new RegExp(`${lineBreak.source} `, "u").test(text)
  );
}

function mayBeLiteral(text: string): boolean {
  const withoutTabs = text.replaceAll("\t", " ");
  return (
    !text.endsWith(" ") &&
    !special.test(withoutTabs) &&
    !new RegExp(` ${lineBreak.source}`, "u").test(text)
  );
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n\r\u0085\u2028\u2029]/u.test(text) ? "2" : "";
  const chomp = text.endsWith("\n")
    ? /(?:^|[\n\r\u0085\u2028\u2029])\n$/u.test(text)
      ? "+"
      : ""
    : "-";
  const lines = text.replaceAll(
    /(^|[\n\r\u0085\u2028\u2029])(?=[^\n\r\u0085\u2028\u2029])/gu,
    `$1${" ".repeat(indent)}`,
  );
  return `|${hint}${chomp}\n${lines}`;
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "0",
  "\u0007": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\u001b": "e",
  '"': '"',
  "\\": "\\",
  "\u0085": "N",
  "\u2028": "L",
  "\u2029": "P",
};

function doubleQuoted(text: string): string {
  let quoted = "";
  for (const character of text) {
    const escape = escapes[character];
    if (escape !== undefined) quoted += `\\${escape}`;
    else if (special.test(character)) quoted += `\\${hexEscape(character.codePointAt(0)!)}`;
    else quoted += character;
  }
  return `"${quoted}"`;
}

function hexEscape(codePoint: number): string {
  const digits = codePoint.toString(16).toUpperCase();
  if (codePoint <= 0xff) return `x${digits.padStart(2, "0")}`;
  return codePoint <= 0xffff ? `u${digits.padStart(4, "0")}` : `U${digits.padStart(8, "0")}`;
}
