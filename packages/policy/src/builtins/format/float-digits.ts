import { binaryFloat } from "./float-binary.ts";

/** Decimal digits of a number: `0.text * 10^point`. */
export interface Digits {
  readonly text: string;
  readonly point: number;
}

// A double has no more decimal digits than these, so further ones are zeros.
const mostSignificant = 800;
const mostFraction = 1_100;

/** The fewest digits that read back as the number; none for 0. */
export function shortestDigits(magnitude: number): Digits {
  if (magnitude === 0) return { text: "", point: 0 };
  const [digits, exponent] = magnitude.toExponential().split("e") as [string, string];
  return { text: digits.replace(".", ""), point: Number(exponent) + 1 };
}

/**
 * The digits up to a place, the exact value rounded half to even. Fewer than asked for where all
 * that follow are zeros.
 */
export function floatDigits(
  magnitude: number,
  place: { readonly significant: number } | { readonly fraction: number },
): Digits {
  if ("fraction" in place) {
    const fraction = Math.min(place.fraction, mostFraction);
    const text = rounded(scaled(magnitude, fraction)).toString();
    return { text, point: text.length - fraction };
  }
  if (magnitude === 0) return { text: "0", point: 1 };
  const significant = Math.min(place.significant, mostSignificant);
  const point = decimalPoint(magnitude);
  const text = rounded(scaled(magnitude, significant - point)).toString();
  return { text: text.slice(0, significant), point: point + text.length - significant };
}

// The shortest digits may be a power of ten that the exact value stays below.
function decimalPoint(magnitude: number): number {
  const { point } = shortestDigits(magnitude);
  const { numerator, denominator } = scaled(magnitude, 1 - point);
  return numerator < denominator ? point - 1 : point;
}

interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

// `magnitude * 10^power`, exactly.
function scaled(magnitude: number, power: number): Ratio {
  const { mantissa, exponent } = binaryFloat(magnitude);
  return {
    numerator: mantissa * 2n ** BigInt(Math.max(exponent, 0)) * 10n ** BigInt(Math.max(power, 0)),
    denominator: 2n ** BigInt(Math.max(-exponent, 0)) * 10n ** BigInt(Math.max(-power, 0)),
  };
}

function rounded({ numerator, denominator }: Ratio): bigint {
  const quotient = numerator / denominator;
  const twiceRest = 2n * (numerator - quotient * denominator);
  const up = twiceRest > denominator || (twiceRest === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}
