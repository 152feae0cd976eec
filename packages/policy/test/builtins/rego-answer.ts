import { BuiltinError } from "../../src/builtins/builtin-error.ts";
import { builtins } from "../../src/builtins/index.ts";
import { parseRegoText, printRegoText } from "../../src/rego/text.ts";

/** What a builtin answers for arguments in Rego's text: a value's text, `undefined`, or `fails`. */
export function answer(name: string, ...args: readonly string[]): string {
  try {
    const value = builtins[name]!(...args.map(parseRegoText));
    return value === undefined ? "undefined" : printRegoText(value);
  } catch (error) {
    if (error instanceof BuiltinError) return "fails";
    throw error;
  }
}
