import { Buffer } from "node:buffer";
import { padded, type Directive } from "./directive.ts";
import { canBackquote, quotedText } from "./quoted-text.ts";
import { runeCount, unitIndex } from "../runes.ts";

/** A string under Go's verbs; undefined for a verb that strings do not have. */
export function formatString(value: string, directive: Directive): string | undefined {
  switch (directive.verb) {
    case "v":
      return directive.goSyntax
        ? quoted(value, directive)
        : filled(truncated(value, directive), directive);
    case "s":
      return filled(truncated(value, directive), directive);
    case "q":
      return quoted(value, directive);
    case "x":
    case "X":
      return hexadecimal(value, directive);
    default:
      return undefined;
  }
}

function filled(text: string, directive: Directive): string {
  return padded(text, runeCount(text), directive);
}

function truncated(text: string, { precision }: Directive): string {
  return precision === undefined ? text : text.slice(0, unitIndex(text, precision));
}

function quoted(value: string, directive: Directive): string {
  const text = truncated(value, directive);
  const raw = directive.sharp && canBackquote(text);
  if (raw) return filled(`\`${text}\``, directive);
  return filled(quotedText(text, '"', directive.plus ? "ascii" : "unicode"), directive);
}

// Precision counts bytes here; a space stands between bytes, and `0x` before each of them then.
function hexadecimal(value: string, directive: Directive): string {
  const { verb, precision, sharp, space } = directive;
  const bytes = Buffer.from(value).subarray(0, precision);
  if (bytes.length === 0) return padded("", 0, directive);
  const prefix = sharp ? `0${verb}` : "";
  const digits = bytes.toString("hex");
  const cased = verb === "X" ? digits.toUpperCase() : digits;
  const text = space
    ? cased.replaceAll(/..(?!$)|..$/gu, (pair) => prefix + pair + " ").trimEnd()
    : prefix + cased;
  return padded(text, text.length, directive);
}
