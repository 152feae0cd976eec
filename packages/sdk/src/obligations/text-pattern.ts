import type { RE2JS } from "re2js";
import { systemClock } from "../clock.ts";
import { ObligationError } from "./obligation-error.ts";

/** Steps that one search may take: the text's length times the size of the compiled pattern. */
const maxSearchSteps = 2 ** 27;
/** Milliseconds for all matches of one text: each search is linear, but there may be one for each character. */
const maxReplacingMs = 2_000;

// Compiling takes longer than a search in a short text, and a policy has few patterns.
const maxCompiled = 100;
const compiled = new Map<string, RE2JS>();

/** A pattern in the syntax of RE2, and what is put in place of its matches. */
export class TextPattern {
  readonly #regex: RE2JS;
  readonly #replacement: string;

  constructor(regex: RE2JS, replacement: string) {
    this.#regex = regex;
    this.#replacement = replacement;
  }

  /**
   * @param replacement - taken as it is; `$1` has no meaning.
   * @throws ObligationError `parameters_invalid` if the pattern does not compile or matches nothing at all.
   */
  static async of(pattern: string, replacement: string): Promise<TextPattern> {
    const regex = compiled.get(pattern) ?? (await compile(pattern));
    // Set again, it is the youngest; a Map keeps the oldest first.
    compiled.delete(pattern);
    compiled.set(pattern, regex);
    const [oldest] = compiled.keys();
    if (compiled.size > maxCompiled && oldest !== undefined) compiled.delete(oldest);
    return new TextPattern(regex, replacement);
  }

  /**
   * The text with all matches replaced, and how many there were.
   * @throws ObligationError `too_large` if that would take too long; `parameters_invalid` if the
   *   pattern matches between two characters.
   */
  replace(text: string): { readonly text: string; readonly count: number } {
    if (text.length * this.#regex.programSize() > maxSearchSteps) throw takesTooLong();
    const startMs = systemClock.monotonicMs();
    let count = 0;
    const replaced = this.#regex.matcher(text).replaceAll((match: string) => {
      if (match === "") throw matchesNothing();
      if (systemClock.monotonicMs() - startMs > maxReplacingMs) throw takesTooLong();
      count++;
      return this.#replacement;
    });
    return { text: replaced, count };
  }
}

async function compile(pattern: string): Promise<RE2JS> {
  // The engine is loaded by who redacts with a pattern, and by nobody else.
  const { RE2JS: engine } = await import("re2js");
  let regex: RE2JS;
  try {
    regex = engine.compile(pattern);
  } catch (cause) {
    const message = "the pattern does not compile; see RE2's syntax";
    throw new ObligationError("parameters_invalid", message, { cause });
  }
  if (regex.test("")) throw matchesNothing();
  return regex;
}

function matchesNothing(): ObligationError {
  return new ObligationError("parameters_invalid", "the pattern matches the empty text");
}

function takesTooLong(): ObligationError {
  return new ObligationError("too_large", "the text is too long for the pattern");
}
