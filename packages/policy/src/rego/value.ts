import { exactInteger } from "../builtins/rego-number.ts";

/**
 * Rego's values as builtins see them. JSON values are themselves; integers beyond 2^53 are bigints,
 * so that they keep their digits; sets and objects with keys of any kind are classes.
 */
export type RegoValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly RegoValue[]
  | RegoSet
  | RegoObject;

/** Distinct values in Rego's order. */
export class RegoSet {
  /** Sorted by {@link compareValues}, no two equal. */
  readonly items: readonly RegoValue[];

  private constructor(items: readonly RegoValue[]) {
    this.items = items;
  }

  /** Sorts and removes what is there twice. */
  static of(items: Iterable<RegoValue>): RegoSet {
    const sorted = [...items].toSorted(compareValues);
    return new RegoSet(
      sorted.filter((item, index) => index === 0 || compareValues(sorted[index - 1]!, item) !== 0),
    );
  }

  /** Whether an equal value is in the set; binary search. */
  has(value: RegoValue): boolean {
    return find(this.items, value, (item) => item) !== -1;
  }
}

/** Keys of any kind with their values, in the order of the keys. */
export class RegoObject {
  /** Sorted by key, no two keys equal. */
  readonly entries: readonly (readonly [key: RegoValue, value: RegoValue])[];

  private constructor(entries: readonly (readonly [RegoValue, RegoValue])[]) {
    this.entries = entries;
  }

  /** Sorts by key; of equal keys the last one holds. */
  static of(entries: Iterable<readonly [RegoValue, RegoValue]>): RegoObject {
    // `toSorted` is stable, so the last of equal keys stays last.
    const sorted = [...entries].toSorted(([a], [b]) => compareValues(a, b));
    return new RegoObject(
      sorted.filter(
        ([key], index) =>
          index === sorted.length - 1 || compareValues(key, sorted[index + 1]![0]) !== 0,
      ),
    );
  }

  /** The value under an equal key, or undefined. */
  get(key: RegoValue): RegoValue | undefined {
    const index = find(this.entries, key, ([entryKey]) => entryKey);
    return index === -1 ? undefined : this.entries[index]![1];
  }
}

function find<T>(
  sorted: readonly T[],
  wanted: RegoValue,
  keyOf: (element: T) => RegoValue,
): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareValues(keyOf(sorted[middle]!), wanted);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The names of Rego's types, as `type_name` gives them. */
export type RegoTypeName = "null" | "boolean" | "number" | "string" | "array" | "object" | "set";

/** What `type_name` answers. */
export function typeName(value: RegoValue): RegoTypeName {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
    case "bigint":
      return "number";
    case "string":
      return "string";
    default:
      if (value === null) return "null";
      if (value instanceof RegoSet) return "set";
      return value instanceof RegoObject ? "object" : "array";
  }
}

const rank: Readonly<Record<RegoTypeName, number>> = {
  null: 0,
  boolean: 1,
  number: 2,
  string: 3,
  array: 4,
  object: 5,
  set: 6,
};

/** Rego's total order: by type, then by content; strings by code point, as Go compares UTF-8. */
export function compareValues(a: RegoValue, b: RegoValue): number {
  const typeA = typeName(a);
  const typeB = typeName(b);
  if (typeA !== typeB) return rank[typeA] - rank[typeB];
  switch (typeA) {
    case "null":
      return 0;
    case "boolean":
      return Number(a) - Number(b);
    case "number":
      return compareNumbers(a as number | bigint, b as number | bigint);
    case "string":
      return compareStrings(a as string, b as string);
    case "array":
      return compareLists(a as readonly RegoValue[], b as readonly RegoValue[]);
    case "set":
      return compareLists((a as RegoSet).items, (b as RegoSet).items);
    case "object":
      return compareEntries(a as RegoObject, b as RegoObject);
  }
}

/** Whether two values are equal in Rego. */
export function equalValues(a: RegoValue, b: RegoValue): boolean {
  return compareValues(a, b) === 0;
}

function compareNumbers(first: number | bigint, second: number | bigint): number {
  if (first === second) return 0;
  // A large number stands for the decimal that it is written as, not for its binary digits.
  const mixed = typeof first !== typeof second;
  const a = mixed ? (exactInteger(first) ?? first) : first;
  const b = mixed ? (exactInteger(second) ?? second) : second;
  return a < b ? -1 : a > b ? 1 : 0;
}

// UTF-16 order differs from code point order only where a surrogate meets U+E000 to U+FFFF.
function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointOrder(left) - codePointOrder(right);
  }
  return a.length - b.length;
}

function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareLists(a: readonly RegoValue[], b: readonly RegoValue[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

// As OPA's `ast.Compare`: key by key, and under equal keys the values decide before the next key.
function compareEntries(a: RegoObject, b: RegoObject): number {
  const length = Math.min(a.entries.length, b.entries.length);
  for (let index = 0; index < length; index++) {
    const [keyA, valueA] = a.entries[index]!;
    const [keyB, valueB] = b.entries[index]!;
    const order = compareValues(keyA, keyB) || compareValues(valueA, valueB);
    if (order !== 0) return order;
  }
  return a.entries.length - b.entries.length;
}
