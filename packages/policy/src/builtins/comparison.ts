import { compareValues, equalValues } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";

/** Comparison in Rego's total order: values of different types compare by type. */
export const comparisonBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  eq: (a, b) => equalValues(a, b),
  equal: (a, b) => equalValues(a, b),
  neq: (a, b) => !equalValues(a, b),
  lt: (a, b) => compareValues(a, b) < 0,
  lte: (a, b) => compareValues(a, b) <= 0,
  gt: (a, b) => compareValues(a, b) > 0,
  gte: (a, b) => compareValues(a, b) >= 0,
};
