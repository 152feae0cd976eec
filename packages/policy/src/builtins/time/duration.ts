import { BuiltinError } from "../builtin-error.ts";

// Days, weeks and years are OPA's own, a year being 365 days; as hours they go through Go's parser.
const hoursPerUnit: Readonly<Record<string, number>> = { d: 24, w: 7 * 24, y: 365 * 24 };

const nanosecondsPerUnit: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const extendedDuration = /^[-+]?(?:[0-9.]+(?:ms|us|\u00b5s|ns|[a-z]))+$/u;
const extendedSegment = /([0-9.]+)(ms|us|\u00b5s|ns|[a-z])/gu;
const digitsWithPoint = /^(?:\d+\.?\d*|\.\d+)$/u;

/**
 * Reads a duration such as `1d2h30m` in nanoseconds.
 * @throws BuiltinError if it is malformed or beyond 64 bits.
 */
export function parseDuration(text: string): bigint {
  if (!/[dwy]/u.test(text)) return parseGoDuration(text);
  if (!extendedDuration.test(text)) throw invalidDuration();
  return parseGoDuration(
    text.replaceAll(extendedSegment, (segment, digits: string, unit: string) => {
      const hours = hoursPerUnit[unit];
      if (hours === undefined) return segment;
      if (!digitsWithPoint.test(digits)) throw invalidDuration();
      return `${plainDecimal(Number(digits) * hours)}h`;
    }),
  );
}

function plainDecimal(value: number): string {
  // 2^63 nanoseconds are some 2.6 million hours.
  if (value >= 1e15) throw invalidDuration();
  const [digits, exponent] = String(value).split("e-") as [string, string | undefined];
  if (exponent === undefined) return digits;
  return `0.${"0".repeat(Number(exponent) - 1)}${digits.replace(".", "")}`;
}

const int64Limit = 2n ** 63n;
const goSegment = /(\d*)(?:\.(\d*))?([^.\d]+)/uy;

function parseGoDuration(text: string): bigint {
  const negative = text.startsWith("-");
  const unsigned = text.replace(/^[-+]/u, "");
  if (unsigned === "0") return 0n;
  if (unsigned === "") throw invalidDuration();
  let total = 0n;
  for (let at = 0; at < unsigned.length;) {
    goSegment.lastIndex = at;
    const [segment, whole = "", fraction = "", unit = ""] = goSegment.exec(unsigned) ?? [];
    if (segment === undefined || whole + fraction === "") throw invalidDuration();
    const scale = Object.hasOwn(nanosecondsPerUnit, unit) ? nanosecondsPerUnit[unit] : undefined;
    if (scale === undefined) throw invalidDuration();
    total += boundedInteger(whole) * scale + fractionNanoseconds(fraction, scale);
    if (total > int64Limit) throw invalidDuration();
    at += segment.length;
  }
  if (negative) return -total;
  if (total === int64Limit) throw invalidDuration();
  return total;
}

// `BigInt` of hostile digits costs their square.
function boundedInteger(digits: string): bigint {
  const significant = digits.replace(/^0+/u, "");
  if (significant.length > 19) throw invalidDuration();
  return BigInt(significant);
}

// Go multiplies in `float64` and takes as many digits as an `int64` holds.
function fractionNanoseconds(digits: string, scale: bigint): bigint {
  let value = 0n;
  let divisor = 1;
  for (const digit of digits) {
    if (value > (int64Limit - 1n) / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > int64Limit) break;
    value = next;
    divisor *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(scale) / divisor)));
}

function invalidDuration(): BuiltinError {
  return new BuiltinError("operand 1 must be a duration");
}
