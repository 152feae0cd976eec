import { compareValues, equalValues, RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import { isArray, operandTypeError } from "./operands.ts";

/** Keys from the root of a document; an empty path is the document. */
export type JsonPath = readonly RegoValue[];

/**
 * Reads a path: a JSON pointer whose leading slashes are optional, or an array of keys.
 * @throws BuiltinError for anything else.
 */
export function parseJsonPath(path: RegoValue): JsonPath {
  if (isArray(path)) return path;
  if (typeof path !== "string") {
    throw new BuiltinError("operand 2 must hold string paths or arrays of path segments");
  }
  if (path === "") return [];
  return path
    .replace(/^\/+/, "")
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Reads the second operand of `json.filter` and `json.remove`: an array or a set of paths. */
export function parseJsonPaths(operand: RegoValue): readonly JsonPath[] {
  if (operand instanceof RegoSet) return operand.items.map(parseJsonPath);
  if (isArray(operand)) return operand.map(parseJsonPath);
  throw operandTypeError(2, operand, "set", "array");
}

/** Paths as one object: keys lead to objects, and to null where a path ends; a longer one adds nothing. */
export function pathsToObject(paths: readonly JsonPath[]): RegoObject {
  return branch(
    paths.filter((path) => path.length > 0),
    0,
  );
}

function branch(paths: readonly JsonPath[], depth: number): RegoObject {
  const sorted = paths.toSorted((a, b) => compareValues(a[depth]!, b[depth]!));
  const entries: (readonly [RegoValue, RegoValue])[] = [];
  for (let start = 0; start < sorted.length;) {
    const key = sorted[start]![depth]!;
    let end = start + 1;
    while (end < sorted.length && equalValues(sorted[end]![depth]!, key)) end++;
    const group = sorted.slice(start, end);
    const ends = group.some((path) => path.length === depth + 1);
    entries.push([key, ends ? null : branch(group, depth + 1)]);
    start = end;
  }
  return RegoObject.of(entries);
}

/** What `json.filter` keeps of a value. */
export function filterByPaths(value: RegoValue, filter: RegoValue): RegoValue {
  if (!(filter instanceof RegoObject)) return value;
  if (isArray(value)) {
    return value.flatMap((element, index) => {
      const rest = filter.get(String(index));
      return rest === undefined ? [] : [filterByPaths(element, rest)];
    });
  }
  if (value instanceof RegoSet) {
    return RegoSet.of(
      value.items.flatMap((item) => {
        const rest = filter.get(item);
        return rest === undefined ? [] : [filterByPaths(item, rest)];
      }),
    );
  }
  if (!(value instanceof RegoObject)) return value;
  return RegoObject.of(
    value.entries.flatMap(([key, member]) => {
      const rest = filter.get(key);
      return rest === undefined ? [] : [[key, filterByPaths(member, rest)] as const];
    }),
  );
}

/** What `json.remove` leaves of a value; undefined if nothing. */
export function removeByPaths(
  value: RegoValue,
  removed: RegoValue | undefined,
): RegoValue | undefined {
  if (removed === null) return undefined;
  if (!(removed instanceof RegoObject)) return value;
  if (isArray(value)) {
    return value.flatMap((element, index) => {
      const left = removeByPaths(element, removed.get(String(index)));
      return left === undefined ? [] : [left];
    });
  }
  if (value instanceof RegoSet) {
    return RegoSet.of(
      value.items.flatMap((item) => {
        const left = removeByPaths(item, removed.get(item));
        return left === undefined ? [] : [left];
      }),
    );
  }
  if (!(value instanceof RegoObject)) return value;
  return RegoObject.of(
    value.entries.flatMap(([key, member]) => {
      const left = removeByPaths(member, removed.get(key));
      return left === undefined ? [] : [[key, left] as const];
    }),
  );
}
