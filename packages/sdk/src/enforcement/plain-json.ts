import { types } from "node:util";
import type { JsonObject, JsonValue } from "@scopeward/core";

/** A copy of a value as plain JSON, deep-frozen; or why there is none, without any of its values. */
export type PlainJson =
  | { readonly kind: "plain"; readonly value: JsonValue }
  | { readonly kind: "refused"; readonly tooLarge: boolean; readonly detail: string };

const maxDepth = 64;
const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;

/**
 * Copies a value that may be hostile. Only plain data has a copy: getters, proxies, class instances,
 * functions, symbols, holes, cycles, numbers that are not finite, lone surrogates and a member called
 * `__proto__` are refused, never converted. A member that is `undefined` is absent, as in JSON. No code
 * of the value's maker runs, so what is decided on and what a tool is given cannot differ.
 * @param maxBytes - of the value as JSON, roughly: characters count as one.
 */
export function plainJson(value: unknown, maxBytes: number): PlainJson {
  try {
    return { kind: "plain", value: new Copy(maxBytes).of(value, maxDepth) };
  } catch (error) {
    // Any other error: the stack was nearly used up, and the value cannot be vouched for.
    return error instanceof Refusal
      ? { kind: "refused", tooLarge: error.tooLarge, detail: error.message }
      : { kind: "refused", tooLarge: false, detail: "cannot be read" };
  }
}

class Refusal extends Error {
  readonly tooLarge: boolean;

  constructor(detail: string, tooLarge = false) {
    super(detail);
    this.tooLarge = tooLarge;
  }
}

class Copy {
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  of(value: unknown, depth: number): JsonValue {
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
        if (!Number.isFinite(value)) throw new Refusal("holds a number that is not finite");
        this.#take(1);
        // JSON has no negative zero.
        return value === 0 ? 0 : value;
      case "boolean":
        this.#take(4);
        return value;
      case "object":
        if (value === null) {
          this.#take(4);
          return null;
        }
        return this.#composite(value, depth);
      default:
        throw new Refusal(`holds a value of type ${typeof value}`);
    }
  }

  #composite(value: object, depth: number): JsonValue {
    // First: anything else that is asked of a proxy runs its traps.
    if (types.isProxy(value)) throw new Refusal("holds a proxy");
    if (depth === 0) throw new Refusal(`is nested deeper than ${maxDepth}, or holds itself`, true);
    this.#take(2);
    return Object.freeze(
      Array.isArray(value) ? this.#array(value, depth) : this.#object(value, depth),
    );
  }

  #array(list: readonly unknown[], depth: number): JsonValue[] {
    const { length } = list;
    this.#take(length);
    const copy: JsonValue[] = [];
    for (let index = 0; index < length; index++) {
      copy.push(this.#member(getOwnPropertyDescriptor(list, index), depth));
    }
    return copy;
  }

  #object(value: object, depth: number): JsonObject {
    if (!isPlain(value)) throw new Refusal("holds an instance of a class");
    const copy: Record<string, JsonValue> = {};
    for (const name of Object.getOwnPropertyNames(value)) {
      if (name === "__proto__") throw new Refusal("holds a member named `__proto__`");
      const descriptor = getOwnPropertyDescriptor(value, name);
      if (descriptor !== undefined && "value" in descriptor && descriptor.value === undefined) {
        continue;
      }
      this.#text(name);
      copy[name] = this.#member(descriptor, depth);
    }
    return copy;
  }

  #member(descriptor: PropertyDescriptor | undefined, depth: number): JsonValue {
    if (descriptor === undefined) throw new Refusal("holds an array with holes");
    if (!("value" in descriptor)) throw new Refusal("holds a getter");
    if (descriptor.enumerable !== true) throw new Refusal("holds a hidden member");
    return this.of(descriptor.value, depth - 1);
  }

  #text(text: string): string {
    this.#take(text.length + 2);
    if (!text.isWellFormed()) throw new Refusal("holds a lone surrogate");
    return text;
  }

  #take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new Refusal("is too large", true);
  }
}

// The plain objects of another realm have an `Object.prototype` of their own.
function isPlain(value: object): boolean {
  const parent: unknown = getPrototypeOf(value);
  if (parent === Object.prototype || parent === null) return true;
  // A proxy would run its traps at the next question.
  return (
    typeof parent === "object" &&
    !types.isProxy(parent) &&
    getPrototypeOf(parent) === null &&
    hasOwn(parent, "isPrototypeOf")
  );
}
