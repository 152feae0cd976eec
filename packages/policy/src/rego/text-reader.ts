import { parseNumberText } from "../builtins/number-text.ts";
import { RegoObject, RegoSet, type RegoValue } from "./value.ts";

/** A text is not what OPA's `opa_value_dump` writes; `offset` is in UTF-16 units. */
export class RegoTextError extends Error {
  override readonly name = "RegoTextError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at offset ${offset}`);
    this.offset = offset;
  }
}

// Our own stack must hold; what is deeper is a failure of the builtin that was asked.
const maximumDepth = 1_000;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads a Rego value as `opa_value_dump` writes it: JSON, and besides sets `{1, 2}` and `set()`, and
 * objects with keys of any kind. Integers keep all their digits; of equal keys the last one holds.
 *
 * @throws RegoTextError if the text is anything else, or nested deeper than 1,000.
 * @throws BuiltinError for a number whose size is beyond OPA's own bound.
 */
export function parseRegoText(text: string): RegoValue {
  // Most arguments are short strings without an escape.
  if (text.charCodeAt(0) === quote && text.indexOf('"', 1) === text.length - 1) {
    if (!text.includes("\\")) return text.slice(1, -1);
  }
  const reader = new RegoTextReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class RegoTextReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): RegoValue {
    if (depth > maximumDepth) throw this.#error("nested too deeply");
    this.#space();
    switch (this.#text.charCodeAt(this.#at)) {
      case quote:
        return this.#string();
      case 0x7b: // {
        return this.#braces(depth);
      case 0x5b: // [
        return this.#array(depth);
      case 0x6e:
        return this.#word("null", null);
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x73:
        return this.#emptySet();
      default:
        return this.#number();
    }
  }

  end(): void {
    this.#space();
    if (this.#at !== this.#text.length) throw this.#error("text after the value");
  }

  #braces(depth: number): RegoValue {
    this.#at++;
    if (this.#takes(0x7d)) return RegoObject.of([]);
    const first = this.value(depth + 1);
    if (!this.#takes(0x3a)) return this.#set(first, depth);
    const entries: [RegoValue, RegoValue][] = [[first, this.value(depth + 1)]];
    while (this.#takes(0x2c)) {
      const key = this.value(depth + 1);
      if (!this.#takes(0x3a)) throw this.#error("expected `:`");
      entries.push([key, this.value(depth + 1)]);
    }
    if (!this.#takes(0x7d)) throw this.#error("expected `,` or `}`");
    return RegoObject.of(entries);
  }

  #set(first: RegoValue, depth: number): RegoValue {
    const items = [first];
    while (this.#takes(0x2c)) items.push(this.value(depth + 1));
    if (!this.#takes(0x7d)) throw this.#error("expected `,` or `}`");
    return RegoSet.of(items);
  }

  #array(depth: number): RegoValue {
    this.#at++;
    if (this.#takes(0x5d)) return [];
    const items = [this.value(depth + 1)];
    while (this.#takes(0x2c)) items.push(this.value(depth + 1));
    if (!this.#takes(0x5d)) throw this.#error("expected `,` or `]`");
    return items;
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw this.#error("string without an end");
    this.#at = end + 1;
    const quoted = this.#text.slice(start, this.#at);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw new RegoTextError("malformed string", start);
    }
  }

  // A quote is escaped by an odd number of backslashes before it.
  #isEscaped(at: number): boolean {
    let before = at;
    while (this.#text.charCodeAt(before - 1) === backslash) before--;
    return (at - before) % 2 === 1;
  }

  #number(): number | bigint {
    const start = this.#at;
    while (isNumberUnit(this.#text.charCodeAt(this.#at))) this.#at++;
    const token = this.#text.slice(start, this.#at);
    if (!numberPattern.test(token)) throw new RegoTextError("expected a value", start);
    return parseNumberText(token);
  }

  #emptySet(): RegoSet {
    this.#word("set(", null);
    if (!this.#takes(0x29)) throw this.#error("expected `)`");
    return RegoSet.of([]);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error("expected a value");
    this.#at += word.length;
    return value;
  }

  #takes(unit: number): boolean {
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== unit) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }

  #error(message: string): RegoTextError {
    return new RegoTextError(message, this.#at);
  }
}

// `to_number("1.")` keeps its text inside OPA, so a digit after the point is not certain.
const numberPattern = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?$/u;

function isNumberUnit(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2d ||
    unit === 0x2b ||
    unit === 0x2e ||
    unit === 0x65 ||
    unit === 0x45
  );
}
