import { BuiltinError } from "../builtin-error.ts";
import { compiledRegex, type CompiledRegex } from "./compiled-regex.ts";

/**
 * A text in which patterns stand between delimiters, as in `urn:<[a-z]+>:id`, as one pattern for
 * the whole of a text.
 * @throws BuiltinError if a delimiter is not one ASCII character, if they are out of balance, or a
 *   pattern is not valid.
 */
export function regexTemplate(
  template: string,
  delimiters: { readonly start: string; readonly end: string },
): CompiledRegex {
  for (const delimiter of [delimiters.start, delimiters.end]) {
    if (delimiter.length !== 1 || delimiter > "\u007f") {
      throw new BuiltinError("a delimiter has to be exactly one character long");
    }
  }
  let pattern = "^";
  let end = 0;
  for (const part of outermost(template, delimiters.start, delimiters.end)) {
    const inner = template.slice(part.start + 1, part.end - 1);
    // By itself as well, so that it cannot close the group around it.
    compiledRegex(`^${inner}$`);
    pattern += `${quoted(template.slice(end, part.start))}(${inner})`;
    end = part.end;
  }
  return compiledRegex(`${pattern}${quoted(template.slice(end))}$`);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function outermost(template: string, open: string, close: string): readonly Span[] {
  const spans: Span[] = [];
  let level = 0;
  let start = 0;
  for (let index = 0; index < template.length && level >= 0; index++) {
    if (template[index] === open) {
      level += 1;
      if (level === 1) start = index;
    } else if (template[index] === close) {
      level -= 1;
      if (level === 0) spans.push({ start, end: index + 1 });
    }
  }
  if (level !== 0) throw new BuiltinError("unbalanced delimiters");
  return spans;
}

function quoted(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/gu, String.raw`\$&`);
}
