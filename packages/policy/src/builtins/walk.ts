import { RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { isArray } from "./operands.ts";
import { checkElementCount } from "./result-bounds.ts";

/** `walk` as one value: all pairs of path and value, the outer before the inner. */
export const walkBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  walk: (value) => {
    const pairs: RegoValue[] = [];
    let size = 0;
    const visit = (path: readonly RegoValue[], current: RegoValue): void => {
      // Paths grow with the depth, so they count by their length.
      size += path.length + 1;
      checkElementCount(size);
      pairs.push([path, current]);
      for (const [key, member] of members(current)) visit([...path, key], member);
    };
    visit([], value);
    return pairs;
  },
};

function members(value: RegoValue): Iterable<readonly [key: RegoValue, member: RegoValue]> {
  if (value instanceof RegoObject) return value.entries;
  if (value instanceof RegoSet) return value.items.map((item) => [item, item] as const);
  return isArray(value) ? value.entries() : [];
}
