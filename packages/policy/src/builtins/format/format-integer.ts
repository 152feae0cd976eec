import { padded, signOf, type Directive } from "./directive.ts";
import { isPrintable, quotedText } from "./quoted-text.ts";
import { runeCount } from "../runes.ts";

const bases: Readonly<Record<string, 2 | 8 | 10 | 16>> = {
  v: 10,
  d: 10,
  b: 2,
  o: 8,
  O: 8,
  x: 16,
  X: 16,
};

/** An integer of 64 bits under Go's verbs; undefined for a verb that integers do not have. */
export function formatInteger(value: bigint, directive: Directive): string | undefined {
  const { verb } = directive;
  const base = Object.hasOwn(bases, verb) ? bases[verb] : undefined;
  if (base !== undefined) return inBase(value, base, directive);
  const spaced = { ...directive, zero: false };
  switch (verb) {
    case "c":
      return padded(characterOf(value), 1, directive);
    case "q": {
      const quoted = quotedText(characterOf(value), "'", directive.plus ? "ascii" : "unicode");
      return padded(quoted, runeCount(quoted), directive);
    }
    case "U": {
      const text = codePointText(BigInt.asUintN(64, value), directive);
      return padded(text, runeCount(text), spaced);
    }
    default:
      return undefined;
  }
}

/** An integer beyond 64 bits, which Go's `big.Int` formats in its own way. */
export function formatBigInteger(value: bigint, directive: Directive): string {
  const { verb, precision, width } = directive;
  const base = verb === "s" ? 10 : Object.hasOwn(bases, verb) ? bases[verb] : undefined;
  if (base === undefined) return `%!${verb}(big.Int=${value})`;
  const head = signOf(value < 0n, directive) + bigPrefix(directive);
  const digits = digitsOf(value, base, verb).padStart(precision ?? 0, "0");
  const missing = (width ?? 0) - head.length - digits.length;
  if (missing <= 0) return head + digits;
  if (directive.minus) return head + digits + " ".repeat(missing);
  if (directive.zero && precision === undefined) return head + "0".repeat(missing) + digits;
  return " ".repeat(missing) + head + digits;
}

function bigPrefix({ verb, sharp }: Directive): string {
  if (verb === "O") return "0o";
  if (!sharp) return "";
  return verb === "b" ? "0b" : verb === "o" ? "0" : verb === "x" || verb === "X" ? `0${verb}` : "";
}

function inBase(value: bigint, base: 2 | 8 | 10 | 16, directive: Directive): string {
  const { verb, precision, width } = directive;
  if (precision === 0 && value === 0n) return " ".repeat(width ?? 0);
  const sign = signOf(value < 0n, directive);
  const filled = directive.zero && !directive.minus ? (width ?? 0) - sign.length : 0;
  const digits = digitsOf(value, base, verb).padStart(precision ?? filled, "0");
  const text = sign + prefix(base, digits, directive) + digits;
  return padded(text, text.length, { ...directive, zero: false });
}

function prefix(base: number, digits: string, { verb, sharp }: Directive): string {
  if (verb === "O") return sharp && !digits.startsWith("0") ? "0o0" : "0o";
  if (!sharp) return "";
  if (base === 2) return "0b";
  if (base === 8) return digits.startsWith("0") ? "" : "0";
  return base === 16 ? (verb === "X" ? "0X" : "0x") : "";
}

function digitsOf(value: bigint, base: number, verb: string): string {
  const digits = (value < 0n ? -value : value).toString(base);
  return verb === "X" ? digits.toUpperCase() : digits;
}

function isScalar(value: bigint): boolean {
  return value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
}

function characterOf(value: bigint): string {
  return isScalar(value) ? String.fromCodePoint(Number(value)) : "\ufffd";
}

function codePointText(point: bigint, { precision, sharp }: Directive): string {
  const digits = point.toString(16).toUpperCase();
  const text = `U+${digits.padStart(Math.max(precision ?? 0, 4), "0")}`;
  if (!sharp || !isScalar(point)) return text;
  const character = characterOf(point);
  return isPrintable(character) ? `${text} '${character}'` : text;
}
