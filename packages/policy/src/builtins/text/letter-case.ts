import type { BuiltinFunction } from "../builtin-function.ts";
import { stringOperand } from "../operands.ts";

/** `lower` and `upper`. */
export const letterCaseBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  lower: (text) => lowerText(stringOperand(text, 1)),
  upper: (text) => upperText(stringOperand(text, 1)),
};

/** The text in lower case, each code point by itself, as Go does it: no context, no expansion. */
export function lowerText(text: string): string {
  return mapped(text, (character) =>
    character === "\u0130" ? "i" : oneCodePoint(character, character.toLowerCase()),
  );
}

function upperText(text: string): string {
  return mapped(text, (character) => {
    const point = character.codePointAt(0)!;
    // Unicode gives these Greek letters one capital letter, which JavaScript writes as two.
    if (point >= 0x1f80 && point <= 0x1faf && (point & 8) === 0) return shifted(point, 8);
    if (point === 0x1fb3 || point === 0x1fc3 || point === 0x1ff3) return shifted(point, 9);
    return oneCodePoint(character, character.toUpperCase());
  });
}

// Letters that Unicode 15 does not pair: with the tables of a later version, which one runtime may
// have and another not, they would change.
const unpaired =
  /[\u019b\u0264\u1c89\u1c8a\ua7cb-\ua7cf\ua7d2-\ua7d5\ua7da-\ua7dc\u{10d50}-\u{10d85}\u{16ea0}-\u{16ed3}]/u;

function mapped(text: string, mapping: (character: string) => string): string {
  let result = "";
  for (const character of text) {
    result += unpaired.test(character) ? character : mapping(character);
  }
  return result;
}

function shifted(point: number, by: number): string {
  return String.fromCodePoint(point + by);
}

function oneCodePoint(character: string, mapping: string): string {
  const isOne = mapping.length === String.fromCodePoint(mapping.codePointAt(0)!).length;
  return isOne ? mapping : character;
}
