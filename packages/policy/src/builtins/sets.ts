import { compareValues, RegoSet, type RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { setOperand } from "./operands.ts";

/** Set algebra. */
export const setBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  and: (a, b) => setIntersection(setOperand(a, 1), setOperand(b, 2)),
  or: (a, b) => unionOf([setOperand(a, 1), setOperand(b, 2)]),
  set_diff: (a, b) => setDifference(setOperand(a, 1), setOperand(b, 2)),
  intersection: (sets) => {
    const [first, ...rest] = setsIn(sets);
    return first === undefined ? RegoSet.of([]) : rest.reduce(setIntersection, first);
  },
  union: (sets) => unionOf(setsIn(sets)),
};

/** The elements of `a` that are not in `b`. */
export function setDifference(a: RegoSet, b: RegoSet): RegoSet {
  return RegoSet.of(a.items.filter((item) => !b.has(item)));
}

/** The elements in both sets. */
export function setIntersection(a: RegoSet, b: RegoSet): RegoSet {
  const [small, large] = a.items.length <= b.items.length ? [a, b] : [b, a];
  return RegoSet.of(small.items.filter((item) => large.has(item)));
}

function unionOf(sets: readonly RegoSet[]): RegoSet {
  return RegoSet.of(sets.flatMap((set) => set.items));
}

function setsIn(value: RegoValue): readonly RegoSet[] {
  return setOperand(value, 1).items.map((item) => setOperand(item, 1));
}

/** The elements of a collection in Rego's order, equal ones kept. */
export function sortedValues(values: readonly RegoValue[]): readonly RegoValue[] {
  return values.toSorted(compareValues);
}
