import { BuiltinError } from "./builtin-error.ts";

/** OPA refuses numbers of 2^100,000 and more; 25,000 decimal digits are always below that. */
const maximumDigits = 25_000;

/**
 * A JSON number without loss of digits where it is an integer.
 * @throws BuiltinError if its size is beyond OPA's own bound, or so near zero that it would become 0.
 */
export function parseNumberText(token: string): number | bigint {
  const exponentAt = token.search(/[eE]/);
  const exponent = exponentAt === -1 ? 0 : Number(token.slice(exponentAt + 1));
  if (token.length + Math.abs(exponent) > maximumDigits) throw new BuiltinError("number too big");
  const value = Number(token);
  if (exponentAt === -1 && !token.includes(".")) {
    return Number.isSafeInteger(value) ? value + 0 : BigInt(token);
  }
  if (Number.isFinite(value)) {
    if (value === 0 && /[1-9]/.test(exponentAt === -1 ? token : token.slice(0, exponentAt))) {
      throw new BuiltinError("number too small");
    }
    return value === 0 ? 0 : value;
  }
  const [whole = "", fraction = ""] = token.slice(0, exponentAt).split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(exponent - fraction.length);
}
