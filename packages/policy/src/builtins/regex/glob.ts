import type { RegoValue } from "../../rego/value.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import {
  arrayOperand,
  isArray,
  operandElementError,
  operandTypeError,
  stringOperand,
} from "../operands.ts";
import { runeCount } from "../runes.ts";
import { compiledRegex } from "./compiled-regex.ts";
import { globRegex } from "./glob-pattern.ts";
import { patternsIntersect } from "./pattern-intersection.ts";
import { parseSimplePattern } from "./simple-pattern.ts";

/** `glob.match`, `glob.quote_meta` and `regex.globs_match`. */
export const globBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "glob.match": (glob, delimiters, text) => {
    const regex = globRegex(stringOperand(glob, 1), delimitersOperand(delimiters));
    return compiledRegex(regex).matchesAll(stringOperand(text, 3));
  },
  "glob.quote_meta": (text) => stringOperand(text, 1).replaceAll(/[*?\\[\]{}]/gu, String.raw`\$&`),
  "regex.globs_match": (first, second) =>
    patternsIntersect(
      parseSimplePattern(stringOperand(first, 1)),
      parseSimplePattern(stringOperand(second, 2)),
    ),
};

// Null is none; an empty list is the dot, as the default.
function delimitersOperand(value: RegoValue): readonly string[] {
  if (value === null) return [];
  if (!isArray(value)) throw operandTypeError(2, value, "array", "null");
  const delimiters = arrayOperand(value, 2).map((delimiter) => {
    if (typeof delimiter !== "string") throw operandElementError(2, value, delimiter, "string");
    if (runeCount(delimiter) !== 1) throw operandElementError(2, value, delimiter, "rune");
    return delimiter;
  });
  return delimiters.length === 0 ? ["."] : delimiters;
}
