import type { RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { arrayOperand, integerOperand, isArray } from "./operands.ts";

/** Arrays made from arrays. */
export const arrayBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "array.concat": (a, b) => [...arrayOperand(a, 1), ...arrayOperand(b, 2)],
  "array.flatten": (array) =>
    arrayOperand(array, 1).flatMap((element): readonly RegoValue[] =>
      isArray(element) ? element : [element],
    ),
  "array.reverse": (array) => arrayOperand(array, 1).toReversed(),
  "array.slice": (array, from, to) => {
    const elements = arrayOperand(array, 1);
    const start = integerOperand(from, 2);
    // A negative index is 0 here, not a count from the end as in JavaScript.
    return elements.slice(Math.max(start, 0), Math.max(integerOperand(to, 3), 0));
  },
};
