import { BuiltinError } from "../builtin-error.ts";
import type { CodePointRange, PatternToken } from "./simple-pattern.ts";

type Tokens = readonly PatternToken[];

/** The product of the patterns' lengths: what the search has to look at grows with it. */
const maxPairs = 16_384;

/**
 * Whether OPA says that some text matches both patterns. Its search is not exact where repetitions
 * meet repetitions, and this one decides the same, but looks at no pair of places twice.
 * @throws BuiltinError if the patterns are too long.
 */
export function patternsIntersect(a: Tokens, b: Tokens): boolean {
  if (a.length * b.length > maxPairs) throw new BuiltinError("the patterns are too long");
  const trimmed = trimCommonEnds(a, b);
  return trimmed !== undefined && new Intersection(trimmed[0]).meet(trimmed[0], 0, trimmed[1], 0);
}

// Cuts off what matches at both ends, save one token each, or answers undefined if something cannot.
function trimCommonEnds(a: Tokens, b: Tokens): readonly [Tokens, Tokens] | undefined {
  let start = 0;
  for (; isOnce(a[start]) && isOnce(b[start]); start++) {
    if (!tokensMatch(a[start]!, b[start]!)) return undefined;
  }
  start = Math.max(start - 1, 0);
  let endA = a.length;
  let endB = b.length;
  for (
    ;
    endA > start && endB > start && isOnce(a[endA - 1]) && isOnce(b[endB - 1]);
    endA--, endB--
  ) {
    if (!tokensMatch(a[endA - 1]!, b[endB - 1]!)) return undefined;
  }
  const kept = endA < a.length ? 1 : 0;
  return [a.slice(start, endA + kept), b.slice(start, endB + kept)];
}

class Intersection {
  readonly #first: Tokens;
  readonly #known = new Map<string, boolean>();

  constructor(first: Tokens) {
    this.#first = first;
  }

  meet(a: Tokens, atA: number, b: Tokens, atB: number): boolean {
    let i = atA;
    let j = atB;
    for (; i < a.length && j < b.length; i++, j++) {
      if (!isOnce(a[i]) || !isOnce(b[j])) return this.#repeated(a, i, b, j);
      if (!tokensMatch(a[i]!, b[j]!)) return false;
    }
    return i === a.length && j === b.length;
  }

  #repeated(a: Tokens, i: number, b: Tokens, j: number): boolean {
    const key = `${a === this.#first ? 0 : 1}:${i}:${j}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const result = isOnce(a[i]) ? this.#repeat(b, j, a, i) : this.#repeat(a, i, b, j);
    this.#known.set(key, result);
    return result;
  }

  #repeat(a: Tokens, i: number, b: Tokens, j: number): boolean {
    if (a[i]!.repetition === "star") return this.#star(a, i, b, j);
    if (!tokensMatch(a[i]!, b[j]!)) return false;
    return this.#star(a, i, b, j + 1) || (!isOnce(b[j]) && this.meet(a, i + 1, b, j));
  }

  // The repeated token takes one token of the other pattern after the other, as long as it can.
  #star(a: Tokens, i: number, b: Tokens, from: number): boolean {
    const next = a[i + 1];
    for (let j = from; j < b.length; j++) {
      const token = b[j]!;
      if (next !== undefined && tokensMatch(token, next) && this.meet(a, i + 1, b, j)) return true;
      if (!tokensMatch(token, a[i]!)) return false;
    }
    return next === undefined;
  }
}

function isOnce(token: PatternToken | undefined): boolean {
  return token?.repetition === "once";
}

function tokensMatch(a: PatternToken, b: PatternToken): boolean {
  return a.ranges === undefined || b.ranges === undefined || rangesMeet(a.ranges, b.ranges);
}

function rangesMeet(a: readonly CodePointRange[], b: readonly CodePointRange[]): boolean {
  return a.some(([first, last]) => b.some(([from, to]) => first <= to && from <= last));
}
