import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";
import { BuiltinError } from "../builtin-error.ts";
import { canonicalUnicodeClasses } from "./unicode-classes.ts";

/** The longest pattern, in UTF-16 units. */
const maxPatternLength = 16_384;
/** Steps that one search may take: the text's length times the size of the compiled pattern. */
const maxSearchSteps = 2 ** 28;
/** UTF-16 units that all searches for the matches of one text may look at together. */
const maxScannedUnits = 2 ** 23;
const cacheSize = 100;

// Patterns whose searches end with the match: nothing repeats, or only what stands last. Any other,
// as `a.*c|b`, may look at all of the text and only then settle for a short match. The engine skips
// ahead to where a match can begin, which is not free either.
const looksNoFurther = /^(?:[^*+{]*|[^|?*+{]*[*+]\)*)$/u;

// The engine's flag for a match that may begin anywhere.
const unanchored = 0;

/** Where a match and its groups are: start and end of each in UTF-16 units, -1 for a group without. */
export type MatchPositions = readonly number[];

/** A pattern in Go's syntax; each search takes time linear in the text. */
export class CompiledRegex {
  readonly #regex: RE2JS;
  // How much of all that is left a search is taken to look at.
  readonly #share: number;

  constructor(regex: RE2JS) {
    this.#regex = regex;
    this.#share = looksNoFurther.test(regex.pattern()) ? 1 / 256 : 1;
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

  /**
   * Up to `limit` matches in order, all if negative. As in Go, an empty match right behind another
   * match is none.
   * @throws BuiltinError if the text is too long, or long with many matches.
   */
  find(text: string, limit: number): readonly MatchPositions[] {
    this.#checkSteps(text);
    const found: MatchPositions[] = [];
    let scanned = 0;
    let previousEnd = -1;
    for (let at = 0; at <= text.length && found.length !== limit;) {
      scanned += (text.length - at) * this.#share;
      if (scanned > maxScannedUnits) throw new BuiltinError("the text has too many matches");
      const positions = this.#search(text, at);
      if (positions === undefined) break;
      const [start, end] = positions as readonly [number, number];
      if (end !== at || start !== previousEnd) found.push(positions);
      at = end === at ? at + characterWidth(text, at) : end;
      previousEnd = end;
    }
    return found;
  }

  #search(text: string, from: number): MatchPositions | undefined {
    const groups = this.#regex.groupCount() + 1;
    const [matches, positions] = this.#regex
      .re2()
      .matchWithGroup(text, from, text.length, unanchored, groups) as [boolean, number[] | null];
    if (!matches) return undefined;
    return Array.from({ length: 2 * groups }, (_, index) => positions?.[index] ?? -1);
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

function characterWidth(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
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
