import { equalValues, RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { isArray } from "./operands.ts";

/** The `in` operator: never fails, what is no collection has no members. */
export const membershipBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "internal.member_2": (value, collection) => {
    if (collection instanceof RegoSet) return collection.has(value);
    if (collection instanceof RegoObject) {
      return collection.entries.some(([, entry]) => equalValues(entry, value));
    }
    return isArray(collection) && collection.some((element) => equalValues(element, value));
  },
  "internal.member_3": (key, value, collection) => {
    if (collection instanceof RegoSet) return collection.has(key) && equalValues(key, value);
    const found = at(collection, key);
    return found !== undefined && equalValues(found, value);
  },
};

function at(collection: RegoValue, key: RegoValue): RegoValue | undefined {
  if (collection instanceof RegoObject) return collection.get(key);
  return isArray(collection) && typeof key === "number" ? collection[key] : undefined;
}
