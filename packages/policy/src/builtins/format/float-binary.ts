/** A finite double that is not negative, as `mantissa * 2^exponent`. */
export interface BinaryFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const leastExponent = -1074;

/** The bits of a double: 53 of mantissa, fewer only below the normal range. */
export function binaryFloat(magnitude: number): BinaryFloat {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  if (biased === 0) return { mantissa: fraction, exponent: leastExponent };
  return { mantissa: fraction | (1n << 52n), exponent: biased + leastExponent - 1 };
}

/** `4503599627370496p-52`, which Go's `%b` prints. */
export function mantissaFloat(magnitude: number): string {
  const { mantissa, exponent } = binaryFloat(magnitude);
  return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

const fractionDigits = 15;
const fractionBits = BigInt(4 * fractionDigits);

/** `0x1.8p+01`, which Go's `%x` prints; the digits after the point are as few as needed, or given. */
export function hexFloat(
  magnitude: number,
  precision: number | undefined,
  letter: "x" | "X",
): string {
  const { leading, fraction, exponent } = normalized(magnitude, precision ?? fractionDigits);
  const all = fraction.toString(16).padStart(fractionDigits, "0");
  const digits =
    precision === undefined
      ? all.replace(/0+$/u, "")
      : all.slice(0, precision).padEnd(precision, "0");
  const size = String(Math.abs(exponent)).padStart(2, "0");
  const text = `0x${leading}${digits === "" ? "" : `.${digits}`}p${exponent < 0 ? "-" : "+"}${size}`;
  return letter === "X" ? text.toUpperCase() : text;
}

interface NormalizedFloat {
  readonly leading: 0 | 1;
  readonly fraction: bigint;
  readonly exponent: number;
}

// One bit before the point, 60 behind it, of which the digits beyond `precision` are rounded away.
function normalized(magnitude: number, precision: number): NormalizedFloat {
  const { mantissa, exponent } = binaryFloat(magnitude);
  if (mantissa === 0n) return { leading: 0, fraction: 0n, exponent: 0 };
  const length = mantissa.toString(2).length;
  const one = 1n << fractionBits;
  const scaled = mantissa << (fractionBits - BigInt(length - 1));
  const rounded = roundedBits(scaled, BigInt(4 * Math.max(fractionDigits - precision, 0)));
  const overflow = rounded >= 2n * one;
  return {
    leading: 1,
    fraction: (overflow ? rounded >> 1n : rounded) - one,
    exponent: exponent + length - 1 + (overflow ? 1 : 0),
  };
}

function roundedBits(value: bigint, lost: bigint): bigint {
  if (lost === 0n) return value;
  const kept = value >> lost;
  const rest = value - (kept << lost);
  const half = 1n << (lost - 1n);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return (up ? kept + 1n : kept) << lost;
}
