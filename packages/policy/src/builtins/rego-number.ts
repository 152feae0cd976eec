import { checkIntegerBits } from "./result-bounds.ts";

/** Rego's number: an integer beyond 2^53 is a bigint. */
export type RegoNumber = number | bigint;

const safeLimit = BigInt(Number.MAX_SAFE_INTEGER);

/** The number's integer value, or undefined if it has a fraction. */
export function exactInteger(value: RegoNumber): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (!Number.isInteger(value)) return undefined;
  return Number.isSafeInteger(value) ? BigInt(value) : integerOfText(String(value));
}

// The number was written as the shortest text that reads back as it, not as its binary digits.
function integerOfText(text: string): bigint {
  const [digits, exponent] = text.split("e") as [string, string | undefined];
  const [whole, fraction = ""] = digits.split(".") as [string, string | undefined];
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent ?? 0) - fraction.length);
}

/**
 * An integer in Rego's form: a number if it is safe, else a bigint.
 * @throws BuiltinError if it has more bits than a result may have.
 */
export function integerNumber(value: bigint): RegoNumber {
  if (value >= -safeLimit && value <= safeLimit) return Number(value);
  checkIntegerBits(value);
  return value;
}

/** The number as Rego writes it. */
export function numberText(value: RegoNumber): string {
  if (typeof value === "bigint") return value.toString();
  return (exactInteger(value) ?? goExponent(String(value))).toString();
}

// Go pads an exponent to two digits: `1e-07`, where JavaScript writes `1e-7`.
function goExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/u, "e$10$2");
}
