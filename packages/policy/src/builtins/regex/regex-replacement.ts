import type { CompiledRegex, MatchPositions } from "./compiled-regex.ts";
import { checkTextLength } from "../result-bounds.ts";

/**
 * Every match replaced, with Go's references in the replacement: `$1`, `$name`, `${name}`, `$$`.
 * What names no group is empty, a `$` that begins no reference stands for itself.
 * @throws BuiltinError if the result is too long.
 */
export function replaceMatches(regex: CompiledRegex, text: string, replacement: string): string {
  const parts = replacementParts(replacement);
  let result = "";
  let end = 0;
  for (const positions of regex.find(text, -1)) {
    result += text.slice(end, positions[0]);
    for (const part of parts) {
      result += typeof part === "string" ? part : groupText(regex, text, positions, part.group);
    }
    checkTextLength(result.length);
    end = positions[1]!;
  }
  return result + text.slice(end);
}

type ReplacementPart = string | { readonly group: string };

// A name is as long as it can be: `$1x` is the group `1x`, not the group 1.
const reference = /\$(?:(?<dollar>\$)|(?<bare>[\p{L}\p{Nd}_]+)|\{(?<braced>[\p{L}\p{Nd}_]+)\})/gu;

function replacementParts(replacement: string): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let end = 0;
  for (const match of replacement.matchAll(reference)) {
    parts.push(replacement.slice(end, match.index));
    const { dollar, bare, braced } = match.groups!;
    parts.push(dollar ?? { group: (bare ?? braced)! });
    end = match.index + match[0].length;
  }
  parts.push(replacement.slice(end));
  return parts;
}

const numbered = /^(?:0|[1-9]\d{0,8})$/u;

function groupText(
  regex: CompiledRegex,
  text: string,
  positions: MatchPositions,
  group: string,
): string {
  const index = numbered.test(group) ? Number(group) : namedGroup(regex, group);
  const start = index === undefined ? -1 : (positions[2 * index] ?? -1);
  return start === -1 ? "" : text.slice(start, positions[2 * index! + 1]);
}

function namedGroup(regex: CompiledRegex, name: string): number | undefined {
  return Object.hasOwn(regex.groupNames, name) ? regex.groupNames[name] : undefined;
}
