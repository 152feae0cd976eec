import type { RegoValue } from "../rego/value.ts";
import { bigFloat, decimalFloat, multiplyFloats, truncateFloat } from "./big-float.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { binaryFloat } from "./format/float-binary.ts";
import { lowerText } from "./text/letter-case.ts";
import { stringOperand } from "./operands.ts";
import { integerNumber } from "./rego-number.ts";

/** Amounts with a unit: `units.parse` exactly, `units.parse_bytes` in 64 bits and cut to whole bytes. */
export const unitBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "units.parse": (text) => {
    const { amount, unit } = splitAmount(stringOperand(text, 1).replaceAll('"', ""));
    return product(decimalOf(amount), ratioOf(unit.slice(0, 1) + lowerText(unit.slice(1))));
  },
  "units.parse_bytes": (text) => {
    const { amount, unit } = splitAmount(lowerText(stringOperand(text, 1)).replaceAll('"', ""));
    const { significand, exponent } = decimalOf(amount);
    const bytes = multiplyFloats(decimalFloat(significand, exponent), bigFloat(bytesOf(unit)));
    return integerNumber(truncateFloat(bytes));
  },
};

interface Decimal {
  readonly significand: bigint;
  readonly exponent: number;
}

interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

// An `e` belongs to the number only where digits or a sign follow: `1e` is an exa.
const amountPattern = /^(?:[\d.+-]|[eE](?=[\d+-])[+-]?)*/u;
const longExponent = /[eE][+-]?\d{7}/u;

function splitAmount(text: string): { amount: string; unit: string } {
  if (text.includes(" ")) throw new BuiltinError("spaces not allowed in resource strings");
  const amount = amountPattern.exec(text)![0];
  if (amount === "") throw new BuiltinError("no amount provided");
  if (longExponent.test(amount)) throw new BuiltinError("exponent too large");
  return { amount, unit: text.slice(amount.length) };
}

const decimalPattern = /^([+-]?)(?=\.?\d)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/u;
const mostDigits = 25_000;
// No unit lifts what is smaller to a place that a result has.
const leastMagnitude = -60;

function decimalOf(amount: string): Decimal {
  const match = decimalPattern.exec(amount);
  if (match === null) throw new BuiltinError("could not parse amount to a number");
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const digits = whole + fraction;
  if (digits.length > mostDigits) throw new BuiltinError("too many digits");
  const significand = BigInt(digits);
  const exponent = Number(power) - fraction.length;
  if (significand === 0n || exponent + digits.length < leastMagnitude) {
    return { significand: 0n, exponent: 0 };
  }
  if (exponent > mostDigits) throw new BuiltinError("the amount is too large");
  return { significand: sign === "-" ? -significand : significand, exponent };
}

const unitLetters = "kmgtpe";

function bytesOf(unit: string): bigint {
  const match = /^([kmgtpe])(i?)b?$/u.exec(unit);
  if (match !== null) return powerOf(match[1]!, match[2] === "i");
  if (unit === "") return 1n;
  throw new BuiltinError("byte unit not recognized");
}

// OPA multiplies by the double nearest to a thousandth.
const { mantissa, exponent: milliExponent } = binaryFloat(0.001);
const milli: Ratio = { numerator: mantissa, denominator: 1n << BigInt(-milliExponent) };

function ratioOf(unit: string): Ratio {
  if (unit === "m") return milli;
  const match = /^([kmgtpeKMGTPE])(i?)$/u.exec(unit);
  if (match === null && unit !== "") throw new BuiltinError("unit not recognized");
  const numerator = match === null ? 1n : powerOf(match[1]!.toLowerCase(), match[2] === "i");
  return { numerator, denominator: 1n };
}

function powerOf(letter: string, binary: boolean): bigint {
  return (binary ? 1024n : 1000n) ** BigInt(unitLetters.indexOf(letter) + 1);
}

const places = 10n ** 10n;

// What is no integer is rounded to ten decimal places, halves away from zero.
function product({ significand, exponent }: Decimal, ratio: Ratio): RegoValue {
  const numerator = significand * ratio.numerator * 10n ** BigInt(Math.max(exponent, 0));
  const denominator = ratio.denominator * 10n ** BigInt(Math.max(-exponent, 0));
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude * places + denominator) / (2n * denominator);
  const scaled = numerator < 0n ? -rounded : rounded;
  if (scaled % places === 0n) return integerNumber(scaled / places);
  const result = Number(`${scaled}e-10`);
  if (!Number.isFinite(result)) throw new BuiltinError("the amount is too large");
  return result;
}
