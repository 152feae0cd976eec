import { compareValues, equalValues, RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { arrayOperand, isArray, objectOperand, operandTypeError } from "./operands.ts";

/** `object.*`. */
export const objectBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "object.get": (operand, path, fallback) => {
    let current: RegoValue | undefined = objectOperand(operand, 1);
    for (const key of isArray(path) ? path : [path]) {
      current = member(current, key);
      if (current === undefined) return fallback;
    }
    return current;
  },
  "object.keys": (operand) => RegoSet.of(objectOperand(operand, 1).entries.map(([key]) => key)),
  "object.remove": (operand, keys) => {
    const removed = keySet(keys);
    return RegoObject.of(objectOperand(operand, 1).entries.filter(([key]) => !removed.has(key)));
  },
  "object.filter": (operand, keys) => {
    const kept = keySet(keys);
    return RegoObject.of(objectOperand(operand, 1).entries.filter(([key]) => kept.has(key)));
  },
  "object.union": (left, right) => union([objectOperand(left, 1), objectOperand(right, 2)]),
  "object.union_n": (operands) =>
    union(arrayOperand(operands, 1).map((element) => objectOperand(element, 1))),
  "object.subset": (superior, inferior) => isSubset(superior, inferior),
};

/** What `value[key]` is: an object's member, an array's element, or the key itself if a set has it. */
export function member(value: RegoValue, key: RegoValue): RegoValue | undefined {
  if (value instanceof RegoObject) return value.get(key);
  if (value instanceof RegoSet) return value.has(key) ? key : undefined;
  return isArray(value) && typeof key === "number" ? value[key] : undefined;
}

function keySet(keys: RegoValue): RegoSet {
  if (keys instanceof RegoSet) return keys;
  if (keys instanceof RegoObject) return RegoSet.of(keys.entries.map(([key]) => key));
  if (isArray(keys)) return RegoSet.of(keys);
  throw operandTypeError(2, keys, "object", "set", "array");
}

// Later values win; where the last values of a key are all objects, those are united in turn.
function union(objects: readonly RegoObject[]): RegoObject {
  const entries = objects.flatMap(({ entries: own }) => own);
  const sorted = entries.toSorted(([a], [b]) => compareValues(a, b));
  const united: (readonly [RegoValue, RegoValue])[] = [];
  for (let start = 0; start < sorted.length;) {
    const key = sorted[start]![0];
    let end = start + 1;
    while (end < sorted.length && equalValues(sorted[end]![0], key)) end++;
    const values = sorted.slice(start, end).map(([, value]) => value);
    const tail = values.slice(values.findLastIndex((value) => !(value instanceof RegoObject)) + 1);
    united.push([key, tail.length > 1 ? union(tail as RegoObject[]) : values.at(-1)!]);
    start = end;
  }
  return RegoObject.of(united);
}

function isSubset(superior: RegoValue, inferior: RegoValue): boolean {
  if (superior instanceof RegoObject && inferior instanceof RegoObject) {
    return isSubobject(superior, inferior);
  }
  if (superior instanceof RegoSet && inferior instanceof RegoSet) {
    return inferior.items.every((item) => superior.has(item));
  }
  if (isArray(superior) && isArray(inferior)) {
    return isSubarray(superior, inferior);
  }
  if (isArray(superior) && inferior instanceof RegoSet) {
    // An empty set is in no empty array: OPA counts down only while it visits elements.
    if (superior.length === 0) return false;
    const elements = RegoSet.of(superior);
    return inferior.items.every((item) => elements.has(item));
  }
  throw new BuiltinError("both arguments must be of the same type or array and set");
}

function isSubobject(superior: RegoObject, inferior: RegoObject): boolean {
  return inferior.entries.every(([key, value]) => {
    const counterpart = superior.get(key);
    if (counterpart === undefined) return false;
    if (counterpart instanceof RegoObject && value instanceof RegoObject) {
      return isSubobject(counterpart, value);
    }
    if (counterpart instanceof RegoSet && value instanceof RegoSet) {
      return value.items.every((item) => counterpart.has(item));
    }
    if (isArray(counterpart) && isArray(value)) return isSubarray(counterpart, value);
    return equalValues(counterpart, value);
  });
}

// Knuth-Morris-Pratt, because both arrays may come from the attacker.
function isSubarray(superior: readonly RegoValue[], inferior: readonly RegoValue[]): boolean {
  if (inferior.length === 0) return true;
  const borders = [0];
  for (let at = 1, border = 0; at < inferior.length; at++) {
    while (border > 0 && !equalValues(inferior[at]!, inferior[border]!))
      border = borders[border - 1]!;
    if (equalValues(inferior[at]!, inferior[border]!)) border++;
    borders.push(border);
  }
  let matched = 0;
  for (const element of superior) {
    while (matched > 0 && !equalValues(element, inferior[matched]!))
      matched = borders[matched - 1]!;
    if (equalValues(element, inferior[matched]!)) matched++;
    if (matched === inferior.length) return true;
  }
  return false;
}
