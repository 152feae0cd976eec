import type { JsonValue } from "@scopeward/core";
import { jsonEntries } from "../builtins/json-text.ts";
import { RegoObject, RegoSet, type RegoValue } from "./value.ts";

/**
 * A Rego value as plain JSON data, by OPA's `ast.JSON`: sets become arrays in Rego's order, a key
 * that is no string becomes its JSON text.
 *
 * @param large - what becomes of an integer that a JavaScript number cannot hold exactly. A rounded
 *   one would be another value, so it is refused unless the caller says otherwise.
 * @throws RangeError for such an integer.
 */
export function toJson(
  value: RegoValue,
  large: (integer: bigint) => number = refuseLarge,
): JsonValue {
  if (typeof value === "bigint") return large(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof RegoSet) return value.items.map((item) => toJson(item, large));
  if (!(value instanceof RegoObject)) return value.map((item) => toJson(item, large));
  const object: Record<string, JsonValue> = {};
  for (const [key, member] of jsonEntries(value)) setMember(object, key, toJson(member, large));
  return object;
}

function refuseLarge(): never {
  throw new RangeError("an integer beyond 2^53");
}

// Plain assignment to `__proto__` would change the prototype instead of making a member.
function setMember(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}

/**
 * Plain JSON data as a Rego value.
 *
 * @throws TypeError for what JSON cannot hold: numbers that are not finite, lone surrogates,
 *   `undefined`, functions, promises and other class instances, holes, cycles.
 */
export function fromJson(value: unknown): RegoValue {
  return convert(value, []);
}

// Deeper data would overflow the stack.
const maximumDepth = 1_000;

/** @param parents - the composites around the value, the outermost first. */
function convert(value: unknown, parents: object[]): RegoValue {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      if (!value.isWellFormed()) throw new TypeError("a lone surrogate");
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new TypeError("a number that is not finite");
      return value;
    case "object":
      return value === null ? null : convertComposite(value, parents);
    default:
      throw new TypeError(`\`${typeof value}\` is not JSON`);
  }
}

function convertComposite(value: object, parents: object[]): RegoValue {
  if (parents.length > maximumDepth) throw new TypeError("nested too deeply");
  // Not left to the depth: members that lead back by two ways each would be walked for ever.
  if (parents.includes(value)) throw new TypeError("a cycle is not JSON");
  parents.push(value);
  const converted = Array.isArray(value)
    ? Array.from(value as readonly unknown[], (item) => convert(item, parents))
    : convertObject(value, parents);
  parents.pop();
  return converted;
}

function convertObject(value: object, parents: object[]): RegoObject {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError("a class instance is not JSON");
  }
  return RegoObject.of(
    Object.entries(value).map(
      ([key, member]) => [convert(key, parents), convert(member, parents)] as const,
    ),
  );
}
