import { types } from "node:util";
import type { FieldPaths, Places } from "./field-paths.ts";
import { isExactNumber, parseJsonText } from "./json-text.ts";
import { ObligationError } from "./obligation-error.ts";
import type { TextPattern } from "./text-pattern.ts";

/** What is taken out. */
export interface RedactionRules {
  readonly fields?: FieldPaths;
  readonly pattern?: TextPattern;
}

/** Levels of arrays, objects and JSON inside texts. */
const maxDepth = 256;
/** Characters of all texts, and 16 for each value: bounds shared branches as well, and ends cycles. */
export const maxRedactedSize: number = 2 ** 24;
const valueSize = 16;
const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const nowhere: Places = new Set();

/** Copies values without what the rules take out, and counts that over all of them. */
export class Redaction {
  /** Members and elements that a pointer named. */
  removed = 0;
  /** Matches of the pattern. */
  replaced = 0;
  readonly #rules: RedactionRules;
  #left = 0;

  constructor(rules: RedactionRules) {
    this.#rules = rules;
  }

  /** @throws ObligationError or RangeError for a value that nobody can vouch for. */
  of(value: unknown): unknown {
    this.#left = maxRedactedSize;
    return this.#value(value, this.#rules.fields?.start ?? nowhere, maxDepth, true);
  }

  // `isWhole`: the value is all that there is, and not the member of something.
  #value(value: unknown, places: Places, depth: number, isWhole: boolean): unknown {
    this.#take(valueSize);
    if (depth === 0) throw tooLarge("the result is nested too deep, or holds itself");
    switch (typeof value) {
      case "string":
        return this.#text(value, places, depth, isWhole);
      case "number":
      case "bigint":
        return this.#number(value, String(value));
      case "boolean":
      case "undefined":
        return value;
      case "object":
        return value === null ? null : this.#composite(value, places, depth);
      default:
        throw notPlain(`a ${typeof value}`);
    }
  }

  #text(text: string, places: Places, depth: number, isWhole: boolean): string {
    this.#take(text.length);
    const json = parseJsonText(text)?.value;
    if (typeof json === "string" || (typeof json === "object" && json !== null)) {
      if (!isExactNumber(json)) {
        return JSON.stringify(this.#value(json, places, depth - 1, isWhole));
      }
    } else if (json === undefined) this.#checkProse(text, isWhole);
    return this.#replace(text);
  }

  #checkProse(text: string, isWhole: boolean): void {
    const { fields } = this.#rules;
    if (fields === undefined) return;
    if (isWhole ? text.trim() !== "" : fields.isMentionedIn(text)) {
      const message = "a text is no JSON, so its fields cannot be found; use a pattern";
      throw new ObligationError("not_json", message);
    }
  }

  // A card number is no less one for being a number.
  #number<T>(value: T, written: string): T | string {
    const replaced = this.#replace(written);
    return replaced === written ? value : replaced;
  }

  #replace(text: string): string {
    const replaced = this.#rules.pattern?.replace(text);
    this.replaced += replaced?.count ?? 0;
    return replaced?.text ?? text;
  }

  #composite(value: object, places: Places, depth: number): unknown {
    // First: anything else that is asked of a proxy runs its traps.
    if (types.isProxy(value)) throw notPlain("a proxy");
    if (isExactNumber(value)) return this.#number(value, value.rawJSON);
    const parent: unknown = getPrototypeOf(value);
    if (Array.isArray(value)) {
      // The prototype of a subclass is no array, that of an array is, in every realm.
      if (!Array.isArray(parent)) throw notPlain("an instance of a class");
      return this.#array(value, places, depth);
    }
    if (!isPlainParent(parent)) throw notPlain("an instance of a class");
    return this.#object(value, places, depth);
  }

  #array(list: readonly unknown[], places: Places, depth: number): unknown[] {
    if (Reflect.ownKeys(list).length !== list.length + 1) throw notPlain("an array with holes");
    const { fields } = this.#rules;
    return Array.from({ length: list.length }, (_, index) => {
      const further = fields === undefined ? nowhere : fields.element(places, index);
      if (further === undefined) {
        this.removed++;
        // The elements behind it keep their places.
        return null;
      }
      return this.#value(ownValue(list, String(index)), further, depth - 1, false);
    });
  }

  #object(value: object, places: Places, depth: number): object {
    const { fields } = this.#rules;
    const names = new DistinctNames();
    const entries: [string, unknown][] = [];
    for (const name of Reflect.ownKeys(value)) {
      if (typeof name !== "string") throw notPlain("a symbol");
      const further = fields === undefined ? nowhere : fields.member(places, name);
      if (further === undefined) {
        this.removed++;
        continue;
      }
      this.#take(name.length);
      const member = this.#value(ownValue(value, name), further, depth - 1, false);
      entries.push([names.take(this.#replace(name)), member]);
    }
    // Defines members, so that one called `__proto__` is one.
    return Object.fromEntries(entries);
  }

  #take(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw tooLarge("the result is too large to be redacted");
  }
}

// Two members whose names are redacted may come to have one name; neither is lost.
class DistinctNames {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  take(name: string): string {
    let distinct = name;
    let count = this.#counts.get(name) ?? 1;
    while (this.#taken.has(distinct)) distinct = `${name} (${String(++count)})`;
    this.#counts.set(name, count);
    this.#taken.add(distinct);
    return distinct;
  }
}

function ownValue(value: object, name: string): unknown {
  const descriptor = getOwnPropertyDescriptor(value, name);
  if (descriptor === undefined || !("value" in descriptor)) throw notPlain("a getter");
  if (descriptor.enumerable !== true) throw notPlain("a hidden member");
  return descriptor.value;
}

// The plain objects of another realm have an `Object.prototype` of their own.
function isPlainParent(parent: unknown): boolean {
  if (parent === Object.prototype || parent === null) return true;
  return (
    typeof parent === "object" && getPrototypeOf(parent) === null && hasOwn(parent, "isPrototypeOf")
  );
}

function notPlain(what: string): ObligationError {
  return new ObligationError("not_plain", `the result holds ${what}, so it cannot be redacted`);
}

function tooLarge(message: string): ObligationError {
  return new ObligationError("too_large", message);
}
