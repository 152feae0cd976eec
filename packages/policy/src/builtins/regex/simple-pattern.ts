import { BuiltinError } from "../builtin-error.ts";

/** How often a token may match: once, once or more, any number of times. */
export type Repetition = "once" | "plus" | "star";

/** One token: the code points it matches, as ranges in order; undefined is the dot, which is all. */
export interface PatternToken {
  readonly ranges: readonly CodePointRange[] | undefined;
  readonly repetition: Repetition;
}

/** From the first code point to the last, both included. */
export type CodePointRange = readonly [first: number, last: number];

/**
 * Reads a pattern of characters, `.`, classes as `[a-z0]`, each with `+` or `*` behind it or not; a
 * backslash makes any character one that stands for itself.
 * @throws BuiltinError if it is anything else.
 */
export function parseSimplePattern(text: string): readonly PatternToken[] {
  const reader = new SimplePatternReader(
    Array.from(text, (character) => character.codePointAt(0)!),
  );
  return simplified(reader.tokens());
}

const codeOf = (character: string): number => character.codePointAt(0)!;
const dot = codeOf(".");
const open = codeOf("[");
const close = codeOf("]");
const plus = codeOf("+");
const star = codeOf("*");
const minus = codeOf("-");
const backslash = codeOf("\\");

interface PatternCharacter {
  readonly code: number;
  readonly escaped: boolean;
}

class SimplePatternReader {
  readonly #codes: readonly number[];
  #at = 0;

  constructor(codes: readonly number[]) {
    this.#codes = codes;
  }

  tokens(): readonly PatternToken[] {
    const tokens: PatternToken[] = [];
    while (this.#at < this.#codes.length) {
      tokens.push({ ranges: this.#ranges(this.#read()), repetition: this.#repetition() });
    }
    return tokens;
  }

  #ranges({ code, escaped }: PatternCharacter): readonly CodePointRange[] | undefined {
    if (escaped) return [[code, code]];
    switch (code) {
      case dot:
        return undefined;
      case open:
        return this.#class();
      case close:
        throw new BuiltinError("the pattern has a `]` with no `[` before it");
      case plus:
      case star:
        throw new BuiltinError("the pattern has a repetition with nothing before it");
      default:
        return [[code, code]];
    }
  }

  #repetition(): Repetition {
    const code = this.#codes[this.#at];
    if (code !== plus && code !== star) return "once";
    this.#at += 1;
    return code === plus ? "plus" : "star";
  }

  #class(): readonly CodePointRange[] {
    const ranges: CodePointRange[] = [];
    let previous: number | undefined;
    for (;;) {
      const { code, escaped } = this.#read();
      if (!escaped && code === close) return merged(ranges);
      if (!escaped && code === minus) {
        ranges.push([previous ?? this.#refuseRange(), this.#rangeEnd(previous!)]);
        previous = undefined;
      } else {
        ranges.push([code, code]);
        previous = code;
      }
    }
  }

  #rangeEnd(first: number): number {
    if (this.#at >= this.#codes.length - 1) return this.#refuseRange();
    const { code, escaped } = this.#read();
    const special = !escaped && (code === close || code === minus);
    return special || code < first ? this.#refuseRange() : code;
  }

  #refuseRange(): never {
    throw new BuiltinError("the pattern has a malformed range in a class");
  }

  #read(): PatternCharacter {
    const escaped = this.#codes[this.#at] === backslash;
    if (escaped) this.#at += 1;
    const code = this.#codes[this.#at];
    if (code === undefined) throw new BuiltinError("the pattern ends too early");
    this.#at += 1;
    return { code, escaped };
  }
}

function merged(ranges: readonly CodePointRange[]): readonly CodePointRange[] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const previous = result.at(-1);
    if (previous !== undefined && first <= previous[1] + 1)
      previous[1] = Math.max(previous[1], last);
    else result.push([first, last]);
  }
  return result;
}

// Neighbours that repeat the same are one: `a+a*` is `a+`.
function simplified(tokens: readonly PatternToken[]): readonly PatternToken[] {
  const result: PatternToken[] = [];
  for (const token of tokens) {
    const previous = result.at(-1);
    const repeats =
      token.repetition !== "once" && previous !== undefined && previous.repetition !== "once";
    if (repeats && sameRanges(previous, token)) {
      const isPlus = token.repetition === "plus" || previous.repetition === "plus";
      result[result.length - 1] = { ...previous, repetition: isPlus ? "plus" : "star" };
    } else {
      result.push(token);
    }
  }
  return result;
}

function sameRanges(a: PatternToken, b: PatternToken): boolean {
  if (a.ranges === undefined || b.ranges === undefined) return a.ranges === b.ranges;
  return a.ranges.join() === b.ranges.join();
}
