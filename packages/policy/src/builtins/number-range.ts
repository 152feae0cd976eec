import type { RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { bigIntOperand } from "./operands.ts";
import { integerNumber } from "./rego-number.ts";
import { checkElementCount } from "./result-bounds.ts";

/** Ranges of integers, both ends included, downward if the second is the smaller. */
export const numberRangeBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "numbers.range": (from, to) => range(bigIntOperand(from, 1), bigIntOperand(to, 2), 1n),
  "numbers.range_step": (from, to, by) => {
    const step = bigIntOperand(by, 3);
    if (step <= 0n) throw new BuiltinError("step must be a positive integer");
    return range(bigIntOperand(from, 1), bigIntOperand(to, 2), step);
  },
};

function range(from: bigint, to: bigint, step: bigint): RegoValue {
  const distance = to >= from ? to - from : from - to;
  const count = distance / step + 1n;
  checkElementCount(count);
  const signed = to >= from ? step : -step;
  return Array.from({ length: Number(count) }, (_, index) =>
    integerNumber(from + BigInt(index) * signed),
  );
}
