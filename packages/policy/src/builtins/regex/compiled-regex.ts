import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";
import { BuiltinError } from "../builtin-error.ts";
import { canonicalUnicodeClasses } from "./unicode-classes.ts";

/** The longest pattern, in UTF-16 units. */
const maxPatternLength = 16_384;
/** Steps that one search may take: the text's length times the size of the compiled pattern. */
const maxSearchSteps = 2 ** 28;
const cacheSize = 100;

/** Where a match and its groups are: start and end of each in UTF-16 units, -1 for a group without. */
export type MatchPositions = readonly number[];

/** A pattern in Go's syntax; each search takes time linear in the text. */
export class CompiledRegex {
  readonly #regex: RE2JS;

  constructor(regex: RE2JS) {
    this.#regex = regex;
  }

  /** The numbers of the groups that have a name. */
  get groupNames(): Readonly<Record<string, number>> {
    return this.#regex.namedGroups();
  }

  /** Whether the pattern matches somewhere in the text. @throws BuiltinError if the text is too long. */
  matches(text: string): boolean {
    this.#checkSteps(text);
    return this.#regex.test(text);
  }

  /** Whether it matches the whole text. @throws BuiltinError if the text is too long. */
  matchesAll(text: string): boolean {
    this.#checkSteps(text);
    return this.#regex.testExact(text);
  }

  /** Up to `limit` matches in order, all if negative. @throws BuiltinError if the text is too long. */
  find(text: string, limit: number): readonly MatchPositions[] {
    this.#checkSteps(text);
    const found = this.#regex.re2().findAllSubmatchIndex(text, limit) as MatchPositions[] | null;
    return found ?? [];
  }

  #checkSteps(text: string): void {
    if (text.length * this.#regex.programSize() > maxSearchSteps) {
      throw new BuiltinError("the text is too long for the pattern");
    }
  }
}

const cache = new Map<string, CompiledRegex | undefined>();

/**
 * Compiles a pattern, or remembers it from the last ones; undefined if it is not valid.
 * @throws BuiltinError if it is too long to say, or has two groups with one name.
 */
export function compileIfValid(pattern: string): CompiledRegex | undefined {
  if (pattern.length > maxPatternLength) {
    throw new BuiltinError(`the pattern is longer than ${maxPatternLength} characters`);
  }
  const regex = cache.has(pattern) ? cache.get(pattern) : compile(pattern);
  // Set again, it is the youngest; a Map keeps the oldest first.
  cache.delete(pattern);
  cache.set(pattern, regex);
  if (cache.size > cacheSize) cache.delete(cache.keys().next().value!);
  return regex;
}

/** Compiles a pattern. @throws BuiltinError if it is not valid or too long. */
export function compiledRegex(pattern: string): CompiledRegex {
  const regex = compileIfValid(pattern);
  if (regex === undefined) throw new BuiltinError("the pattern is not a valid regular expression");
  return regex;
}

function compile(pattern: string): CompiledRegex | undefined {
  try {
    return new CompiledRegex(RE2JS.compile(canonicalUnicodeClasses(pattern)));
  } catch (error) {
    // Go allows it, the engine does not: neither answer to whether it is valid would be right.
    if (error instanceof RE2JSSyntaxException && error.error === "duplicate capture group name") {
      throw new BuiltinError("the pattern has two groups with one name");
    }
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
