import type { RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { objectOperand, operandError, stringOperand } from "../operands.ts";
import { checkTextLength } from "../result-bounds.ts";

/** `replace` and `strings.replace_n`: from left to right, what is replaced is not looked at again. */
export const textReplaceBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  replace: (text, old, replacement) =>
    replaced(
      stringOperand(text, 1),
      new Map([[stringOperand(old, 2), stringOperand(replacement, 3)]]),
    ),
  "strings.replace_n": (patterns, text) =>
    replaced(stringOperand(text, 2), replacementsOperand(patterns)),
};

type Replacements = ReadonlyMap<string, string>;

function replacementsOperand(value: RegoValue): Replacements {
  return new Map(
    objectOperand(value, 1).entries.map(([old, replacement]) => {
      if (typeof old !== "string") throw operandError(1, "has a key that is not a string");
      if (typeof replacement !== "string")
        throw operandError(1, "has a value that is not a string");
      return [old, replacement] as const;
    }),
  );
}

// Of several that match at one place the shortest is taken: the keys are tried in Rego's order.
function replaced(text: string, replacements: Replacements): string {
  const empty = replacements.get("");
  const lengths = [...new Set([...replacements.keys()].map((old) => old.length))]
    .filter((length) => length > 0)
    .toSorted((a, b) => a - b);
  let result = "";
  let at = 0;
  while (at <= text.length) {
    if (empty !== undefined) result += empty;
    const length = lengths.find(
      (candidate) =>
        candidate <= text.length - at && replacements.has(text.slice(at, at + candidate)),
    );
    if (length === undefined) {
      if (empty) refuseInside(text.charCodeAt(at));
      result += text.charAt(at);
      at += 1;
    } else {
      result += replacements.get(text.slice(at, at + length))!;
      at += length;
    }
    checkTextLength(result.length);
  }
  return result;
}

// Go would put the replacement between the bytes of such a character.
function refuseInside(unit: number): void {
  if (unit > 0x7f) throw new BuiltinError("the result is not valid utf-8");
}
