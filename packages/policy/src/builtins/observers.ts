import type { BuiltinFunction } from "./builtin-function.ts";
import { stringOperand } from "./operands.ts";

/** Builtins that only tell an observer something; a decision has none, so they just hold. */
export const observerBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  print: () => true,
  "internal.print": () => true,
  "internal.test_case": () => true,
  trace: (note) => {
    stringOperand(note, 1);
    return true;
  },
};
