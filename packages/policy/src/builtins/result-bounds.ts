import { BuiltinError } from "./builtin-error.ts";

/** The longest text a builtin gives, in UTF-16 units: a policy's arguments can be hostile. */
export const maxTextLength: number = 1 << 24;

/** The most elements a builtin makes from arguments that do not hold as many. */
export const maxElements: number = 1_000_000;

/** The most bits an integer may have that a builtin computes: what OPA reads as a number at most. */
export const maxIntegerBits: number = 100_000;

/** @throws BuiltinError if a text of `length` UTF-16 units would be too long. */
export function checkTextLength(length: number): void {
  if (length > maxTextLength) {
    throw new BuiltinError(`the result is longer than ${maxTextLength} characters`);
  }
}

/** @throws BuiltinError if an array of `count` elements would be too large. */
export function checkElementCount(count: number | bigint): void {
  if (count > maxElements) {
    throw new BuiltinError(`the result has more than ${maxElements} elements`);
  }
}

const integerLimit = 1n << BigInt(maxIntegerBits);

/** @throws BuiltinError if the integer has more bits than a builtin computes with. */
export function checkIntegerBits(value: bigint): void {
  if (value >= integerLimit || value <= -integerLimit) {
    throw new BuiltinError(`an integer has more than ${maxIntegerBits} bits`);
  }
}
