import { floatDigits, shortestDigits, type Digits } from "./float-digits.ts";
import { hexFloat, mantissaFloat } from "./float-binary.ts";
import { padded, signOf, type Directive } from "./directive.ts";

/** A fraction under Go's verbs; undefined for a verb that fractions do not have. */
export function formatFloat(value: number, directive: Directive): string | undefined {
  const magnitude = Math.abs(value);
  const bare = unsigned(magnitude, directive);
  if (bare === undefined) return undefined;
  const digits = directive.sharp ? pointed(bare, directive) : bare;
  const sign = signOf(value < 0, directive);
  const missing = (directive.width ?? 0) - sign.length - digits.length;
  if (sign !== "" && missing > 0 && directive.zero && !directive.minus) {
    return sign + "0".repeat(missing) + digits;
  }
  return padded(sign + digits, sign.length + digits.length, directive);
}

function unsigned(magnitude: number, { verb, precision }: Directive): string | undefined {
  switch (verb) {
    case "v":
    case "g":
    case "G":
      return general(magnitude, precision, verb === "G" ? "E" : "e");
    case "e":
    case "E":
      return exponential(
        floatDigits(magnitude, { significant: (precision ?? 6) + 1 }),
        precision ?? 6,
        verb,
      );
    case "f":
    case "F":
      return positional(floatDigits(magnitude, { fraction: precision ?? 6 }), precision ?? 6);
    case "b":
      return mantissaFloat(magnitude);
    case "x":
    case "X":
      return hexFloat(magnitude, precision, verb);
    default:
      return undefined;
  }
}

function general(magnitude: number, precision: number | undefined, letter: "e" | "E"): string {
  const significant = Math.max(precision ?? 0, 1);
  const digits =
    precision === undefined
      ? shortestDigits(magnitude)
      : trimmed(floatDigits(magnitude, { significant }));
  const { length } = digits.text;
  const threshold =
    precision === undefined
      ? 6
      : length >= digits.point
        ? Math.min(significant, length)
        : significant;
  const exponent = digits.point - 1;
  if (exponent < -4 || exponent >= threshold) {
    return exponential(digits, length - 1, letter);
  }
  return positional(digits, Math.max(length - digits.point, 0));
}

function trimmed({ text, point }: Digits): Digits {
  const kept = text.replace(/0+$/u, "");
  return kept === "" ? { text: "", point: 0 } : { text: kept, point };
}

function exponential({ text, point }: Digits, fraction: number, letter: string): string {
  const digits = text.padEnd(fraction + 1, "0");
  const exponent = text === "" || /^0*$/u.test(text) ? 0 : point - 1;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  const rest = fraction > 0 ? `.${digits.slice(1, fraction + 1)}` : "";
  return `${digits[0]!}${rest}${letter}${exponent < 0 ? "-" : "+"}${size}`;
}

function positional({ text, point }: Digits, fraction: number): string {
  const whole = point > 0 ? text.slice(0, point).padEnd(point, "0") : "0";
  const rest = ("0".repeat(Math.max(-point, 0)) + text.slice(Math.max(point, 0))).padEnd(
    fraction,
    "0",
  );
  return fraction > 0 ? `${whole}.${rest.slice(0, fraction)}` : whole;
}

// The flag `#`: always a point, and the trailing zeros that `%g` drops otherwise. Go counts every
// character of a hexadecimal number but zeros and the point as a digit, the `x` too.
function pointed(text: string, { verb, precision }: Directive): string {
  if (verb === "b") return text;
  const hexadecimal = verb === "x" || verb === "X";
  const at = text.search(hexadecimal ? /[pP]/u : /[eE]/u);
  const number = at === -1 ? text : text.slice(0, at);
  const tail = text.slice(number.length);
  const wanted =
    verb === "v" || verb === "g" || verb === "G" || verb === "x" ? (precision ?? 6) : 0;
  const significant = number.replace(".", "").replace(/^0+/u, "").length;
  const hasPoint = number.includes(".");
  const zero = !hasPoint && number === "0" ? 1 : 0;
  const missing = Math.max(wanted - significant - zero, 0);
  return `${number}${hasPoint ? "" : "."}${"0".repeat(missing)}${tail}`;
}
