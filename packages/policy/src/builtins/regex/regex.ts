import type { RegoValue } from "../../rego/value.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { compiledRegex, compileIfValid, type CompiledRegex } from "./compiled-regex.ts";
import { integerOperand, stringOperand } from "../operands.ts";
import { replaceMatches } from "./regex-replacement.ts";
import { regexTemplate } from "./regex-template.ts";
import { checkElementCount } from "../result-bounds.ts";

/** Regular expressions with the syntax and the semantics of Go's `regexp` package. */
export const regexBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "regex.is_valid": (pattern) =>
    typeof pattern === "string" && compileIfValid(pattern) !== undefined,
  "regex.match": match,
  re_match: match,
  "regex.split": (pattern, text) => split(stringOperand(pattern, 1), stringOperand(text, 2)),
  "regex.find_n": (pattern, text, limit) => {
    const subject = stringOperand(text, 2);
    return found(pattern, subject, limit).map(([start, end]) => subject.slice(start, end));
  },
  "regex.find_all_string_submatch_n": (pattern, text, limit) => {
    const subject = stringOperand(text, 2);
    return found(pattern, subject, limit).map((positions) =>
      Array.from({ length: positions.length / 2 }, (_, group) =>
        subject.slice(Math.max(positions[2 * group]!, 0), Math.max(positions[2 * group + 1]!, 0)),
      ),
    );
  },
  "regex.replace": (text, pattern, replacement) =>
    replaceMatches(regexOperand(pattern, 2), stringOperand(text, 1), stringOperand(replacement, 3)),
  "regex.template_match": (template, text, start, end) => {
    const delimiters = { start: stringOperand(start, 3), end: stringOperand(end, 4) };
    return regexTemplate(stringOperand(template, 1), delimiters).matches(stringOperand(text, 2));
  },
};

function regexOperand(pattern: RegoValue, position: number): CompiledRegex {
  return compiledRegex(stringOperand(pattern, position));
}

function match(pattern: RegoValue, text: RegoValue): boolean {
  return regexOperand(pattern, 1).matches(stringOperand(text, 2));
}

function found(pattern: RegoValue, text: string, limit: RegoValue): readonly (readonly number[])[] {
  const matches = regexOperand(pattern, 1).find(text, integerOperand(limit, 3));
  checkElementCount(matches.length);
  return matches;
}

function split(pattern: string, text: string): readonly string[] {
  const regex = compiledRegex(pattern);
  if (text === "") return pattern === "" ? [] : [""];
  const parts: string[] = [];
  let start = 0;
  let end = 0;
  for (const positions of regex.find(text, -1)) {
    end = positions[0]!;
    // An empty match at the very start divides nothing.
    if (positions[1] !== 0) parts.push(text.slice(start, end));
    start = positions[1]!;
  }
  if (end !== text.length) parts.push(text.slice(start));
  checkElementCount(parts.length);
  return parts;
}
