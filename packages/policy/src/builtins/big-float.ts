import { BuiltinError } from "./builtin-error.ts";
import { integerNumber, type RegoNumber } from "./rego-number.ts";

/** A binary fraction, `mantissa * 2^exponent`, rounded to at most `precision` bits. */
export interface BigFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly precision: number;
}

/** The bits that Go's `big.Float` keeps of a number read from text, as OPA's arithmetic does. */
export const textPrecision = 64;

/** The number rounded to `precision` bits, half to even. */
export function bigFloat(value: RegoNumber, precision: number = textPrecision): BigFloat {
  if (typeof value === "bigint") return rounded(value, 0, precision, false);
  const [digits, exponentText] = String(value).split("e") as [string, string | undefined];
  const [whole, fraction = ""] = digits.split(".") as [string, string | undefined];
  const exponent = Number(exponentText ?? 0) - fraction.length;
  return decimalFloat(BigInt(whole + fraction), exponent, precision);
}

/** `significand * 10^exponent` rounded to `precision` bits, half to even. */
export function decimalFloat(
  significand: bigint,
  exponent: number,
  precision: number = textPrecision,
): BigFloat {
  if (exponent >= 0) return rounded(significand * 10n ** BigInt(exponent), 0, precision, false);
  return quotient(significand, 10n ** BigInt(-exponent), 0, precision);
}

/** `a + b`, at the precision of the more precise. */
export function addFloats(a: BigFloat, b: BigFloat): BigFloat {
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = aligned(a, exponent) + aligned(b, exponent);
  return rounded(sum, exponent, Math.max(a.precision, b.precision), false);
}

/** `a - b`, at the precision of the more precise. */
export function subtractFloats(a: BigFloat, b: BigFloat): BigFloat {
  return addFloats(a, { ...b, mantissa: -b.mantissa });
}

/** `a * b`, at the precision given or else of the more precise. */
export function multiplyFloats(
  a: BigFloat,
  b: BigFloat,
  precision: number = Math.max(a.precision, b.precision),
): BigFloat {
  return rounded(a.mantissa * b.mantissa, a.exponent + b.exponent, precision, false);
}

/** `a / b`, at the precision of the more precise; `b` is not 0. */
export function divideFloats(a: BigFloat, b: BigFloat): BigFloat {
  const precision = Math.max(a.precision, b.precision);
  return quotient(a.mantissa, b.mantissa, a.exponent - b.exponent, precision);
}

/** The integer part, rounded toward zero. */
export function truncateFloat(value: BigFloat): bigint {
  if (value.exponent >= 0) return value.mantissa << BigInt(value.exponent);
  return value.mantissa / (1n << BigInt(-value.exponent));
}

/**
 * The number Rego sees: the shortest decimal that rounds to `value` at its precision.
 * @throws BuiltinError if it is an integer with too many digits, or would become 0.
 */
export function floatNumber(value: BigFloat): RegoNumber {
  if (value.mantissa === 0n) return 0;
  const negative = value.mantissa < 0n;
  const { digits, exponent } = shortestDecimal(negative ? negated(value) : value);
  const sign = negative ? -1n : 1n;
  if (exponent >= 0) return integerNumber(sign * digits * 10n ** BigInt(exponent));
  const nearest = Number(`${sign * digits}e${exponent}`);
  if (nearest === 0) throw new BuiltinError("the result is too near zero");
  return nearest;
}

function negated(value: BigFloat): BigFloat {
  return { ...value, mantissa: -value.mantissa };
}

function aligned(value: BigFloat, exponent: number): bigint {
  return value.mantissa << BigInt(value.exponent - exponent);
}

function quotient(
  dividend: bigint,
  divisor: bigint,
  exponent: number,
  precision: number,
): BigFloat {
  const missing = precision + 2 - (bitLength(dividend) - bitLength(divisor));
  const shift = Math.max(missing, 0);
  const scaled = dividend << BigInt(shift);
  return rounded(scaled / divisor, exponent - shift, precision, scaled % divisor !== 0n);
}

// `inexact`: the true value lies a little beyond the mantissa, away from zero.
function rounded(
  mantissa: bigint,
  exponent: number,
  precision: number,
  inexact: boolean,
): BigFloat {
  const excess = bitLength(mantissa) - precision;
  if (excess <= 0) return { mantissa, exponent, precision };
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const shift = BigInt(excess);
  let kept = magnitude >> shift;
  const lost = magnitude - (kept << shift);
  const half = 1n << (shift - 1n);
  if (lost > half || (lost === half && (inexact || (kept & 1n) === 1n))) kept += 1n;
  return { mantissa: mantissa < 0n ? -kept : kept, exponent: exponent + excess, precision };
}

function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude === 0n) return 0;
  const hex = magnitude.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0]!, 16)) + 28;
}

// Every decimal between the neighbouring half steps reads back as the value; take the first length
// of digits that has one, as Go's `Text('g', -1)` does.
function shortestDecimal(value: BigFloat): { digits: bigint; exponent: number } {
  const normalizing = value.precision - bitLength(value.mantissa);
  const halfSteps = value.mantissa << BigInt(normalizing + 1);
  const halfStepExponent = value.exponent - normalizing - 1;
  const inclusive = (halfSteps & 2n) === 0n;
  const numerator = halfStepExponent > 0 ? 1n << BigInt(halfStepExponent) : 1n;
  const denominator = halfStepExponent < 0 ? 1n << BigInt(-halfStepExponent) : 1n;
  const magnitude = decimalMagnitude(halfSteps * numerator, denominator);
  for (let length = 1; ; length++) {
    const exponent = magnitude - length;
    const scale = exponent < 0 ? numerator * 10n ** BigInt(-exponent) : numerator;
    const unit = exponent > 0 ? denominator * 10n ** BigInt(exponent) : denominator;
    const scaled = halfSteps * scale;
    const down = scaled / unit;
    const below = down * unit - (scaled - scale);
    const above = scaled + scale - (down + 1n) * unit;
    const downFits = below > 0n || (inclusive && below === 0n);
    const upFits = above > 0n || (inclusive && above === 0n);
    const twiceRest = 2n * (scaled - down * unit);
    if (downFits && upFits) {
      const up = twiceRest > unit || (twiceRest === unit && (down & 1n) === 1n);
      return { digits: up ? down + 1n : down, exponent };
    }
    if (downFits) return { digits: down, exponent };
    if (upFits) return { digits: down + 1n, exponent };
  }
}

// How many decimal digits stand before the point: the least `m` with `value < 10^m`.
function decimalMagnitude(numerator: bigint, denominator: bigint): number {
  const estimate = (bitLength(numerator) - bitLength(denominator)) * Math.LOG10E * Math.LN2;
  let magnitude = Math.floor(estimate) - 1;
  const reaches = (power: number): boolean =>
    power >= 0
      ? numerator >= denominator * 10n ** BigInt(power)
      : numerator * 10n ** BigInt(-power) >= denominator;
  while (reaches(magnitude)) magnitude += 1;
  return magnitude;
}
