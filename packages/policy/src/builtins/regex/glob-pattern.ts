import { BuiltinError } from "../builtin-error.ts";

/**
 * A glob as a regular expression for the whole of a text: `*` and `?` stop at the delimiters, `**`
 * does not; `[a-z]`, `[!abc]`, `{a,b*}`, and a backslash before a character that stands for itself.
 * @throws BuiltinError if the glob is not well-formed.
 */
export function globRegex(glob: string, delimiters: readonly string[]): string {
  return new GlobReader(Array.from(glob), delimiters).regex();
}

class GlobReader {
  readonly #characters: readonly string[];
  readonly #single: string;
  #at = 0;
  #level = 0;

  constructor(characters: readonly string[], delimiters: readonly string[]) {
    this.#characters = characters;
    this.#single =
      delimiters.length === 0 ? anyCharacter : `[^${delimiters.map(literal).join("")}]`;
  }

  regex(): string {
    let regex = "";
    while (this.#at < this.#characters.length) regex += this.#item(this.#read());
    if (this.#level > 0) throw new BuiltinError("the glob has an unclosed `{`");
    return regex;
  }

  #item(character: string): string {
    switch (character) {
      case "*":
        if (this.#characters[this.#at] !== "*") return `${this.#single}*`;
        this.#at += 1;
        return `${anyCharacter}*`;
      case "?":
        return this.#single;
      case "[":
        return this.#class();
      case "{":
        this.#level += 1;
        return "(?:";
      case "}":
        if (this.#level === 0) return literal(character);
        this.#level -= 1;
        return ")";
      case ",":
        return this.#level === 0 ? literal(character) : "|";
      default:
        return literal(character === "\\" ? this.#read() : character);
    }
  }

  // A range is exactly `[a-z]`, whatever the two characters are; all else is a list of characters.
  #class(): string {
    const negated = this.#characters[this.#at] === "!";
    if (negated) this.#at += 1;
    const first = this.#read();
    const members = this.#characters[this.#at] === "-" ? this.#range(first) : this.#list(first);
    if (this.#read() !== "]") throw new BuiltinError("the glob has a malformed character class");
    return `[${negated ? "^" : ""}${members}]`;
  }

  #range(low: string): string {
    this.#at += 1;
    const high = this.#read();
    if (high.codePointAt(0)! < low.codePointAt(0)!) {
      throw new BuiltinError("the glob has a character range in the wrong order");
    }
    return `${literal(low)}-${literal(high)}`;
  }

  #list(first: string): string {
    if (first === "]") throw new BuiltinError("the glob has an empty character class");
    let members = literal(first === "\\" ? this.#read() : first);
    while (this.#characters[this.#at] !== "]") {
      const character = this.#read();
      members += literal(character === "\\" ? this.#read() : character);
    }
    return members;
  }

  #read(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw new BuiltinError("the glob ends too early");
    this.#at += 1;
    return character;
  }
}

const anyCharacter = "(?s:.)";

function literal(character: string): string {
  return `\\x{${character.codePointAt(0)!.toString(16)}}`;
}
