import type { JsonValue } from "@scopeward/core";

// Deeper, or with more values, is no request of ours.
const maxDepth = 8;
const maxValues = 5_000;

/**
 * A copy of what was asked for, as plain JSON: read once, so that a getter cannot answer the check
 * and the use differently. What JSON would leave out silently, such as the entries of a Map or a
 * member that is inherited or `undefined`, is refused: it may be what somebody meant as a limit.
 * @param undefinedMembers - `absent` leaves out members of the outermost object that are
 *   `undefined`, for what is optional.
 * @returns undefined for what is no JSON, or too much of it.
 */
export function plainCopy(
  value: unknown,
  undefinedMembers: "absent" | "refused",
): JsonValue | undefined {
  const left = { values: maxValues };
  try {
    return isObject(value)
      ? copyObject(value, maxDepth, left, undefinedMembers)
      : copy(value, maxDepth, left);
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
      return Array.isArray(value)
        ? copyList(value, depth, left)
        : copyObject(value, depth, left, "refused");
    default:
  }
  throw new TypeError("not JSON");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function copyObject(
  value: object,
  depth: number,
  left: { values: number },
  undefinedMembers: "absent" | "refused",
): JsonValue {
  // Names first: as many members as a flood has are not even read.
  const names = Object.keys(value);
  if (names.length > left.values) throw new TypeError("too much");
  if (!isPlain(value) || names.length < Reflect.ownKeys(value).length) {
    throw new TypeError("not plain");
  }
  const entries = Object.entries(value);
  const given =
    undefinedMembers === "refused" ? entries : entries.filter(([, member]) => member !== undefined);
  return Object.fromEntries(given.map(([name, member]) => [name, copy(member, depth - 1, left)]));
}

// A Map, a Date or an instance of a class holds what its own members do not tell. The plain objects of
// another realm have an `Object.prototype` of their own.
function isPlain(value: object): boolean {
  const parent: unknown = Object.getPrototypeOf(value);
  if (typeof parent !== "object" || parent === null) return true;
  return Object.getPrototypeOf(parent) === null && Object.hasOwn(parent, "isPrototypeOf");
}

// By index: a list with holes, or one that iterates over something else, is not copied as such.
function copyList(list: readonly unknown[], depth: number, left: { values: number }): JsonValue {
  const { length } = list;
  if (length > left.values) throw new TypeError("too much");
  return Array.from({ length }, (_, index) => copy(list[index], depth - 1, left));
}
