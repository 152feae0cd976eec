import type { BuiltinFunction } from "../builtin-function.ts";
import { stringOperand } from "../operands.ts";

/** Ends of texts removed: code points of a set, white space, or one prefix or suffix. */
export const textTrimBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  trim: cutting((text, isCut) => trimRight(trimLeft(text, isCut), isCut)),
  trim_left: cutting(trimLeft),
  trim_right: cutting(trimRight),
  trim_space: (text) => trimRight(trimLeft(stringOperand(text, 1), isSpace), isSpace),
  trim_prefix: (first, second) => {
    const text = stringOperand(first, 1);
    const prefix = stringOperand(second, 2);
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  },
  trim_suffix: (first, second) => {
    const text = stringOperand(first, 1);
    const suffix = stringOperand(second, 2);
    return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
  },
};

type IsCut = (character: string) => boolean;

// Unicode's white space, where JavaScript's `trim` has U+FEFF and lacks U+0085.
const whiteSpace = /^\p{White_Space}$/u;

function isSpace(character: string): boolean {
  return whiteSpace.test(character);
}

function cutting(trim: (text: string, isCut: IsCut) => string): BuiltinFunction {
  return (text, cutset) => {
    const cut = new Set(stringOperand(cutset, 2));
    return trim(stringOperand(text, 1), (character) => cut.has(character));
  };
}

function trimLeft(text: string, isCut: IsCut): string {
  let start = 0;
  for (const character of text) {
    if (!isCut(character)) break;
    start += character.length;
  }
  return text.slice(start);
}

function trimRight(text: string, isCut: IsCut): string {
  let end = text.length;
  while (end > 0) {
    const unit = text.charCodeAt(end - 1);
    const width = unit >= 0xdc00 && unit <= 0xdfff ? 2 : 1;
    if (!isCut(text.slice(end - width, end))) break;
    end -= width;
  }
  return text.slice(0, end);
}
