import { types } from "node:util";

/** How large a value may be. */
export interface JsonLimits {
  /** Of the JSON text in UTF-8. */
  readonly bytes: number;
  /** Objects and arrays inside each other, the outermost counted. */
  readonly depth: number;
}

/** A value as JSON text, or why it has none. `detail` says what is wrong and never holds a value. */
export type JsonWriting = { readonly kind: "text"; readonly text: string } | JsonRefusal;

/** Why a value has no JSON text. */
export interface JsonRefusal {
  readonly kind: "invalid" | "too_large";
  readonly detail: string;
}

/**
 * The JSON text of a value that may be hostile. Only plain data has one: getters, proxies, class
 * instances, symbols, `undefined`, holes, `NaN`, BigInt, functions, cycles, hidden members, lone
 * surrogates and a member called `__proto__` are refused, never converted or left out. What JSON
 * knows no place for is passed over: members named by symbols, and named members of arrays.
 *
 * No code of the value's maker ever runs (no getter, no trap, no `toJSON`). So nothing can change
 * while it is looked at, and what was checked is what the text holds.
 */
export function writeJson(value: unknown, limits: JsonLimits): JsonWriting {
  try {
    new PlainDataCheck(limits).check(value);
    const text = JSON.stringify(value);
    // No character takes more than three bytes: short texts need not be counted.
    if (text.length * 3 > limits.bytes && Buffer.byteLength(text) > limits.bytes) {
      return tooLarge(limits);
    }
    return holdsLoneSurrogate(text) ? loneSurrogate : { kind: "text", text };
  } catch (error) {
    return refusalOf(error);
  }
}

/**
 * Why a value is not the plain data that {@link writeJson} writes; undefined if it is. Of `limits`,
 * `bytes` is held roughly: the text may be larger by what its characters take beyond one byte.
 */
export function plainDataFault(value: unknown, limits: JsonLimits): JsonRefusal | undefined {
  try {
    new PlainDataCheck(limits, (text) => text.isWellFormed()).check(value);
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): JsonRefusal {
  if (error instanceof JsonFault) return { kind: error.kind, detail: error.message };
  // The caller had nearly used up the stack; whatever it is, the value cannot be vouched for.
  return { kind: "invalid", detail: "cannot be read" };
}

class JsonFault extends Error {
  readonly kind: "invalid" | "too_large";

  constructor(kind: "invalid" | "too_large", detail: string) {
    super(detail);
    this.kind = kind;
  }
}

const { isProxy } = types;
const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;

// Every decision waits for this, so it asks for nothing that costs more than it tells.
class PlainDataCheck {
  readonly #limits: JsonLimits;
  readonly #isText: ((text: string) => boolean) | undefined;
  /** The outermost first. */
  readonly #parents: object[] = [];
  /** A lower bound of the text is taken off, so that shared objects cannot multiply for long. */
  #bytesLeft: number;

  /** @param isText - tells of each text whether it is one; left out where the JSON is looked at. */
  constructor(limits: JsonLimits, isText?: (text: string) => boolean) {
    this.#limits = limits;
    this.#isText = isText;
    this.#bytesLeft = limits.bytes;
  }

  check(value: unknown): void {
    switch (typeof value) {
      case "string":
        this.#take(value.length + 2);
        this.#checkText(value);
        return;
      case "number":
        if (!Number.isFinite(value))
          throw new JsonFault("invalid", "holds a number that is not finite");
        this.#take(1);
        return;
      case "boolean":
        this.#take(4);
        return;
      case "object":
        if (value === null) this.#take(4);
        else this.#checkComposite(value);
        return;
      case "undefined":
        throw new JsonFault("invalid", "holds undefined or a getter");
      default:
        throw new JsonFault("invalid", `holds a ${typeof value}`);
    }
  }

  #checkComposite(value: object): void {
    // First: anything else that is asked of a proxy runs its traps.
    if (isProxy(value)) throw new JsonFault("invalid", "holds a proxy");
    if (this.#parents.length >= this.#limits.depth) this.#refuseDepth(value);
    this.#take(2);
    this.#parents.push(value);
    if (Array.isArray(value)) this.#checkArray(value);
    else this.#checkObject(value);
    this.#parents.pop();
  }

  #checkObject(value: object): void {
    const prototype: unknown = getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new JsonFault("invalid", "holds an instance of a class");
    }
    for (const name of getOwnPropertyNames(value)) {
      if (name === "__proto__") throw new JsonFault("invalid", "holds a member named `__proto__`");
      this.#take(name.length + 3);
      this.#checkText(name);
      this.#checkMember(getOwnPropertyDescriptor(value, name));
    }
  }

  #checkArray(value: readonly unknown[]): void {
    const { length } = value;
    this.#take(length);
    if (getPrototypeOf(value) !== Array.prototype) {
      throw new JsonFault("invalid", "holds an instance of a class");
    }
    // The one hidden member that `JSON.stringify` would look for, and call.
    if (Object.hasOwn(value, "toJSON")) throw new JsonFault("invalid", "holds a hidden member");
    for (let index = 0; index < length; index++) {
      this.#checkMember(getOwnPropertyDescriptor(value, index));
    }
  }

  #checkMember(descriptor: PropertyDescriptor | undefined): void {
    if (descriptor === undefined) throw new JsonFault("invalid", "holds an array with holes");
    if (descriptor.enumerable !== true) throw new JsonFault("invalid", "holds a hidden member");
    // A getter's descriptor has none, and so is refused as undefined.
    this.check(descriptor.value);
  }

  #checkText(text: string): void {
    if (this.#isText?.(text) === false) throw new JsonFault("invalid", loneSurrogate.detail);
  }

  #take(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) throw new JsonFault("too_large", tooLarge(this.#limits).detail);
  }

  #refuseDepth(value: object): never {
    // The one that is too deep may be inside of what holds itself.
    const distinct = new Set(this.#parents).add(value);
    if (distinct.size <= this.#parents.length) throw new JsonFault("invalid", "holds itself");
    throw new JsonFault("too_large", `is nested deeper than ${this.#limits.depth}`);
  }
}

const loneSurrogate: JsonRefusal = { kind: "invalid", detail: "holds a lone surrogate" };
const escapedSurrogate = /(?<!\\)(?:\\\\)*\\ud[89a-f]/u;

// `JSON.stringify` escapes surrogates only where they are alone, and a backslash as two.
function holdsLoneSurrogate(text: string): boolean {
  return text.includes("\\ud") && escapedSurrogate.test(text);
}

function tooLarge(limits: JsonLimits): JsonRefusal {
  return { kind: "too_large", detail: `is larger than ${limits.bytes} bytes` };
}
