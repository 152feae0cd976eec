import { RegoSet, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { plainText } from "./display-text.ts";
import { arrayOperand, operandElementError } from "../operands.ts";
import { checkTextLength } from "../result-bounds.ts";

/**
 * What a template string, `$"a {x}"`, compiles to: a list of its parts. A part that is computed is
 * a set, empty where the expression is undefined.
 */
export const templateStringBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "internal.template_string": (parts) => {
    const list = arrayOperand(parts, 1);
    const text = list.map((part) => partText(part, list)).join("");
    checkTextLength(text.length);
    return text;
  },
};

function partText(part: RegoValue, parts: RegoValue): string {
  if (!(part instanceof RegoSet)) {
    if (typeof part === "object" && part !== null) throw operandElementError(1, parts, part, "set");
    return plainText(part);
  }
  if (part.items.length > 1) {
    throw new BuiltinError("template-strings must not produce multiple outputs");
  }
  const [value] = part.items;
  return value === undefined ? "<undefined>" : plainText(value);
}
