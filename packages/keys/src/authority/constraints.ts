import type { JsonArray, JsonValue } from "@scopeward/core";
import { canonicalJson } from "@scopeward/core";
import type { Constraints } from "../record/key-record.ts";
import { meetNetworks, networkCovers } from "./networks.ts";

/**
 * The constraints that allow what both allow. A name that one side lacks stays as it is: what is
 * absent does not narrow.
 */
export function meetConstraints(a: Constraints, b: Constraints): Constraints {
  // Through entries, not by assignment: a constraint may be called `__proto__`.
  const common = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const other = common.get(name);
    common.set(name, other === undefined ? value : meetValues(name, other, value));
  }
  return Object.fromEntries([...common].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The name of a constraint of `limit` that `wanted` lacks or goes beyond. */
export function constraintExcess(wanted: Constraints, limit: Constraints): string | undefined {
  const values = new Map(Object.entries(wanted));
  for (const [name, value] of Object.entries(limit)) {
    const mine = values.get(name);
    if (mine === undefined || !isWithin(name, mine, value)) return name;
  }
  return undefined;
}

function meetValues(name: string, a: JsonValue, b: JsonValue): JsonValue {
  if (isList(a) && isList(b)) return name === "cidr" ? meetAddresses(a, b) : meetLists(a, b);
  if (typeof a === "number" && typeof b === "number") return Math.min(a, b);
  return isSame(a, b) ? a : [];
}

function isWithin(name: string, wanted: JsonValue, limit: JsonValue): boolean {
  // It allows nothing, which is within everything.
  if (isList(wanted) && wanted.length === 0) return true;
  if (isList(wanted) && isList(limit)) {
    const member = name === "cidr" ? isNetworkWithin : isSame;
    return wanted.every((value) => limit.some((wide) => member(value, wide)));
  }
  if (typeof wanted === "number" && typeof limit === "number") return wanted <= limit;
  return isSame(wanted, limit);
}

function meetLists(a: JsonArray, b: JsonArray): JsonArray {
  const theirs = new Set(b.map(canonicalJson));
  const common = new Map(a.map((value) => [canonicalJson(value), value]));
  return [...common]
    .filter(([text]) => theirs.has(text))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, value]) => value);
}

function meetAddresses(a: JsonArray, b: JsonArray): JsonArray {
  return meetNetworks(a.filter(isText), b.filter(isText)).toSorted();
}

function isNetworkWithin(wanted: JsonValue, limit: JsonValue): boolean {
  return isText(wanted) && isText(limit) && networkCovers(limit, wanted);
}

function isSame(a: JsonValue, b: JsonValue): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function isList(value: JsonValue): value is JsonArray {
  return Array.isArray(value);
}

function isText(value: JsonValue): value is string {
  return typeof value === "string";
}
