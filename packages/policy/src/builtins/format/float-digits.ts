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
    const text = scaled(magnitude, fraction).toString();
    return { text, point: text.length - fraction };
  }
  if (magnitude === 0) return { text: "0", point: 1 };
  const significant = Math.min(place.significant, mostSignificant);
  // The shortest digits may be a rounded up power of ten: then the exponent is one too high.
  const estimate = shortestDigits(magnitude).point;
  const text = scaled(magnitude, significant - estimate).toString();
  if (text.length >= significant)
    return { text: text.slice(0, significant), point: estimate + text.length - significant };
  return { text: scaled(magnitude, significant - estimate + 1).toString(), point: estimate - 1 };
}

// `magnitude * 10^power` as an integer.
function scaled(magnitude: number, power: number): bigint {
  const { mantissa, exponent } = binaryFloat(magnitude);
  const numerator =
    mantissa * 2n ** BigInt(Math.max(exponent, 0)) * 10n ** BigInt(Math.max(power, 0));
  const denominator = 2n ** BigInt(Math.max(-exponent, 0)) * 10n ** BigInt(Math.max(-power, 0));
  const quotient = numerator / denominator;
  const twiceRest = 2n * (numerator - quotient * denominator);
  const up = twiceRest > denominator || (twiceRest === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}
