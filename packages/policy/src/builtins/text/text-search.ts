import type { RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { stringListOperand, stringOperand } from "../operands.ts";
import { checkElementCount } from "../result-bounds.ts";
import { runeCount } from "../runes.ts";

/** Where and whether one text is in another; positions count code points. */
export const textSearchBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  contains: (text, part) => stringOperand(text, 1).includes(stringOperand(part, 2)),
  startswith: (text, prefix) => stringOperand(text, 1).startsWith(stringOperand(prefix, 2)),
  endswith: (text, suffix) => stringOperand(text, 1).endsWith(stringOperand(suffix, 2)),
  indexof: (first, second) => {
    const { text, part } = searchOperands(first, second);
    const at = text.indexOf(part);
    return at === -1 ? -1 : runeCount(text.slice(0, at));
  },
  indexof_n: (first, second) => {
    const { text, part } = searchOperands(first, second);
    return positions(text, part);
  },
  "strings.count": (first, second) => {
    const text = stringOperand(first, 1);
    const part = stringOperand(second, 2);
    return part === "" ? runeCount(text) + 1 : occurrences(text, part);
  },
  "strings.any_prefix_match": (texts, prefixes) =>
    startsWithAny(listOrOne(texts, 1), listOrOne(prefixes, 2)),
  "strings.any_suffix_match": (texts, suffixes) =>
    startsWithAny(listOrOne(texts, 1).map(reversed), listOrOne(suffixes, 2).map(reversed)),
};

function searchOperands(first: RegoValue, second: RegoValue): { text: string; part: string } {
  const text = stringOperand(first, 1);
  const part = stringOperand(second, 2);
  if (part === "") throw new BuiltinError("empty search character");
  return { text, part };
}

// Overlapping occurrences count, so a search from each of them would take quadratic time.
function positions(text: string, part: string): readonly number[] {
  const borders = bordersOf(part);
  const found: number[] = [];
  let counted = 0;
  let runes = 0;
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    while (matched > 0 && text[at] !== part[matched]) matched = borders[matched - 1]!;
    if (text[at] === part[matched]) matched += 1;
    if (matched < part.length) continue;
    const start = at + 1 - matched;
    runes += runeCount(text.slice(counted, start));
    counted = start;
    found.push(runes);
    checkElementCount(found.length);
    matched = borders[matched - 1]!;
  }
  return found;
}

// For each prefix of `part`, the length of the longest one that also ends it (Knuth, Morris, Pratt).
function bordersOf(part: string): readonly number[] {
  const borders = [0];
  let length = 0;
  for (let at = 1; at < part.length; at++) {
    while (length > 0 && part[at] !== part[length]) length = borders[length - 1]!;
    if (part[at] === part[length]) length += 1;
    borders.push(length);
  }
  return borders;
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    count += 1;
  }
  return count;
}

function listOrOne(value: RegoValue, position: number): readonly string[] {
  return typeof value === "string" ? [value] : stringListOperand(value, position);
}

// By UTF-16 units: a suffix of well-formed text is one in units as well.
function reversed(text: string): string {
  return Array.from({ length: text.length }, (_, index) => text[text.length - 1 - index]!).join("");
}

// Texts with a common prefix are neighbours once sorted, so each prefix needs one look only.
function startsWithAny(texts: readonly string[], prefixes: readonly string[]): boolean {
  const sorted = texts.toSorted();
  return prefixes.some((prefix) => sorted[firstAtLeast(sorted, prefix)]?.startsWith(prefix));
}

function firstAtLeast(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
