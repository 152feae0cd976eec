import type { RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { integerOperand, stringListOperand, stringOperand } from "../operands.ts";
import { checkElementCount, checkTextLength } from "../result-bounds.ts";
import { unitIndex } from "../runes.ts";

/** Texts joined, divided, cut and reversed by code points. */
export const textPartBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  concat: (delimiter, parts) => joined(stringOperand(delimiter, 1), stringListOperand(parts, 2)),
  split: (text, delimiter) => split(stringOperand(text, 1), stringOperand(delimiter, 2)),
  "strings.split_n": (text, delimiter, count) => {
    const parts = split(stringOperand(text, 1), stringOperand(delimiter, 2));
    const limit = integerOperand(count, 3);
    return limit >= 0 ? parts.slice(0, limit) : parts.slice(limit);
  },
  substring: (text, offset, length) =>
    substring(stringOperand(text, 1), integerOperand(offset, 2), integerOperand(length, 3)),
  "strings.reverse": (text) => Array.from(stringOperand(text, 1)).toReversed().join(""),
};

function joined(delimiter: string, parts: readonly string[]): string {
  const delimiters = delimiter.length * Math.max(parts.length - 1, 0);
  checkTextLength(parts.reduce((length, part) => length + part.length, delimiters));
  return parts.join(delimiter);
}

function split(text: string, delimiter: string): readonly string[] {
  const parts = delimiter === "" ? Array.from(text) : text.split(delimiter);
  checkElementCount(parts.length);
  return parts;
}

function substring(text: string, offset: number, length: number): RegoValue {
  if (offset < 0) throw new BuiltinError("negative offset");
  const rest = text.slice(unitIndex(text, offset));
  return length < 0 ? rest : rest.slice(0, unitIndex(rest, length));
}
