import type { JsonValue } from "@scopeward/core";

// Deeper, or with more values, is no request of ours.
const maxDepth = 8;
const maxValues = 5_000;

/**
 * A copy of what was asked for, as plain JSON: read once, so that a getter cannot answer the check
 * and the use differently. Members that are `undefined` are left out.
 * @returns undefined for what is no JSON, or too much of it.
 */
export function plainCopy(value: unknown): JsonValue | undefined {
  const left = { values: maxValues };
  try {
    return copy(value, maxDepth, left);
  } catch {
    return undefined;
  }
}

function copy(value: unknown, depth: number, left: { values: number }): JsonValue {
  if (depth === 0 || left.values-- <= 0) throw new TypeError("too much");
  switch (typeof value) {
    case "string":
      if (value.isWellFormed()) return value;
      break;
    case "number":
      if (Number.isFinite(value)) return value;
      break;
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return copyList(value, depth, left);
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .map(([name, member]) => [name, copy(member, depth - 1, left)]),
      );
    default:
  }
  throw new TypeError("not JSON");
}

// By index: a list with holes, or one that iterates over something else, is not copied as such.
function copyList(list: readonly unknown[], depth: number, left: { values: number }): JsonValue {
  const { length } = list;
  if (length > left.values) throw new TypeError("too much");
  return Array.from({ length }, (_, index) => copy(list[index], depth - 1, left));
}
