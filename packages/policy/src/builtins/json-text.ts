import { RegoObject, RegoSet, typeName, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import { parseNumberText } from "./number-text.ts";
import { isArray } from "./operands.ts";
import { numberText } from "./rego-number.ts";
import { checkTextLength } from "./result-bounds.ts";

/** Nesting beyond this fails, as in Go's `encoding/json` (10,000) but within our own stack. */
const maximumDepth = 2_000;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

// One token at the current position; `y` keeps the scan linear.
const whitespace = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// eslint-disable-next-line no-control-regex -- JSON forbids exactly these in strings
const plainCharacters = /[^"\\\u0000-\u001f]*/y;
const literals: readonly (readonly [string, RegoValue])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/**
 * Parses one JSON text as Go's `encoding/json` does: the last of equal keys holds, a lone surrogate
 * becomes U+FFFD; integers keep all their digits.
 * @throws BuiltinError if the text is not JSON, is nested too deeply, or has a number out of range.
 */
export function parseJsonText(text: string): RegoValue {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** Whether {@link parseJsonText} would read the text; numbers out of range count as valid. */
export function isJsonText(text: string): boolean {
  try {
    const reader = new JsonReader(text, () => 0);
    reader.value(0);
    reader.end();
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) return false;
    throw error;
  }
}

class JsonReader {
  readonly #text: string;
  readonly #number: (token: string) => number | bigint;
  #at = 0;

  constructor(text: string, number: (token: string) => number | bigint = parseNumberText) {
    this.#text = text;
    this.#number = number;
  }

  value(depth: number): RegoValue {
    if (depth > maximumDepth) throw new BuiltinError("json is nested too deeply");
    this.#match(whitespace);
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#array(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of literals) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    const token = this.#match(numberToken);
    if (token === "") throw new BuiltinError("invalid character in json");
    return this.#number(token);
  }

  end(): void {
    this.#match(whitespace);
    if (this.#at !== this.#text.length) throw new BuiltinError("invalid character after json");
  }

  #object(depth: number): RegoValue {
    const entries: (readonly [string, RegoValue])[] = [];
    this.#at++;
    if (this.#next() === "}") {
      this.#at++;
      return RegoObject.of(entries);
    }
    for (;;) {
      if (this.#next() !== '"') throw new BuiltinError("invalid character in json object");
      const key = this.#string();
      this.#expect(":");
      entries.push([key, this.value(depth + 1)]);
      if (this.#next() !== ",") break;
      this.#at++;
    }
    this.#expect("}");
    return RegoObject.of(entries);
  }

  #array(depth: number): RegoValue {
    const items: RegoValue[] = [];
    this.#at++;
    if (this.#next() === "]") {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#next() !== ",") break;
      this.#at++;
    }
    this.#expect("]");
    return items;
  }

  #string(): string {
    this.#at++;
    let result = "";
    for (;;) {
      result += this.#match(plainCharacters);
      const stop = this.#text[this.#at++];
      if (stop === '"') return result.toWellFormed();
      if (stop !== "\\") throw new BuiltinError("invalid character in json string");
      const escape = this.#text[this.#at++] ?? "";
      if (escape === "u") {
        const digits = this.#text.slice(this.#at, this.#at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new BuiltinError("invalid json escape");
        this.#at += 4;
        result += String.fromCharCode(Number.parseInt(digits, 16));
      } else {
        const character = escapes[escape];
        if (character === undefined) throw new BuiltinError("invalid json escape");
        result += character;
      }
    }
  }

  #next(): string | undefined {
    this.#match(whitespace);
    return this.#text[this.#at];
  }

  #expect(character: string): void {
    if (this.#next() !== character) throw new BuiltinError("invalid character in json");
    this.#at++;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

/** How {@link renderJsonText} lays its text out; absent means compact. */
export interface JsonLayout {
  readonly prefix: string;
  readonly indent: string;
}

/**
 * Writes JSON as Go's `encoding/json` does: keys sorted, no spaces, `<`, `>`, `&`, U+2028 and U+2029
 * escaped. Sets become sorted arrays, keys that are no strings become their JSON text.
 */
export function renderJsonText(value: RegoValue, layout?: JsonLayout): string {
  return render(value, layout, layout === undefined ? "" : `\n${layout.prefix}`);
}

function render(value: RegoValue, layout: JsonLayout | undefined, lineStart: string): string {
  if (typeof value === "string") return quoteJson(value);
  if (isArray(value)) return renderItems(value, layout, lineStart);
  if (value instanceof RegoSet) return renderItems(value.items, layout, lineStart);
  if (value instanceof RegoObject) {
    const inner = layout === undefined ? "" : lineStart + layout.indent;
    const colon = layout === undefined ? ":" : ": ";
    const members = jsonEntries(value).map(
      ([key, member]) => quoteJson(key) + colon + render(member, layout, inner),
    );
    return bracket("{", members, "}", lineStart, inner);
  }
  return typeof value === "number" || typeof value === "bigint" ? numberText(value) : String(value);
}

function renderItems(
  items: readonly RegoValue[],
  layout: JsonLayout | undefined,
  lineStart: string,
): string {
  const inner = layout === undefined ? "" : lineStart + layout.indent;
  return bracket(
    "[",
    items.map((item) => render(item, layout, inner)),
    "]",
    lineStart,
    inner,
  );
}

function bracket(
  open: string,
  members: readonly string[],
  close: string,
  lineStart: string,
  inner: string,
): string {
  if (members.length === 0) return open + close;
  checkTextLength(inner.length * (members.length + 1));
  return open + inner + members.join(`,${inner}`) + lineStart + close;
}

/** An object's members under JSON's keys, sorted; of keys that fall together the last one holds. */
export function jsonEntries(object: RegoObject): readonly (readonly [string, RegoValue])[] {
  const named = object.entries.map(
    ([key, value]) => [typeof key === "string" ? key : renderJsonText(key), value] as const,
  );
  if (object.entries.every(([key]) => typeof key === "string")) return named;
  return RegoObject.of(named).entries as readonly (readonly [string, RegoValue])[];
}

/** What a Rego value is once it has gone through JSON: sets are arrays, keys are strings. */
export function toJsonValue(value: RegoValue): RegoValue {
  switch (typeName(value)) {
    case "array":
      return (value as readonly RegoValue[]).map(toJsonValue);
    case "set":
      return (value as RegoSet).items.map(toJsonValue);
    case "object":
      return RegoObject.of(
        jsonEntries(value as RegoObject).map(
          ([key, member]) => [key, toJsonValue(member)] as const,
        ),
      );
    case "null":
    case "boolean":
    case "number":
    case "string":
      return value;
  }
}

function quoteJson(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
