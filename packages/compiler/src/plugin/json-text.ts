// A builtin's result is hostile: it can be as deep, as large and as strange as JavaScript allows.
const maxDepth = 1_000;
const maxLength = 1 << 24;

/**
 * Writes what a plugin's builtin gave as JSON text. No member is left out and nothing is converted:
 * what JSON cannot hold is an error.
 *
 * @throws TypeError for promises and other class instances, functions, symbols, BigInt, `undefined`,
 *   holes, numbers that are not finite, lone surrogates, cycles and what is nested too deeply.
 * @throws RangeError for what is longer than 16 Mi characters.
 */
export function jsonText(value: unknown): string {
  return new JsonWriter().write(value, 0);
}

class JsonWriter {
  #length = 0;

  write(value: unknown, depth: number): string {
    switch (typeof value) {
      case "boolean":
        return this.#count(String(value));
      case "number":
        if (!Number.isFinite(value)) throw new TypeError("a number that is not finite is not JSON");
        return this.#count(JSON.stringify(value));
      case "string":
        return this.#text(value);
      case "object":
        return value === null ? this.#count("null") : this.#composite(value, depth);
      default:
        throw new TypeError(`\`${typeof value}\` is not JSON`);
    }
  }

  #text(value: string): string {
    // Measured before it is escaped, which takes long for what is too long anyway.
    if (value.length > maxLength) throw tooLong();
    if (!value.isWellFormed()) throw new TypeError("a lone surrogate is not JSON");
    return this.#count(JSON.stringify(value));
  }

  #composite(value: object, depth: number): string {
    if (depth > maxDepth) throw new TypeError("nested too deeply, or a cycle");
    this.#count("[]");
    if (Array.isArray(value)) {
      const items: string[] = [];
      // By index: a hole reads as undefined, which is not JSON.
      for (let index = 0; index < value.length; index++) {
        items.push(this.write(value[index], depth + 1));
        this.#count(",");
      }
      return `[${items.join(",")}]`;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError("a promise or other class instance is not JSON");
    }
    const members = Object.entries(value).map(([key, member]) => {
      this.#count(":,");
      return `${this.#text(key)}:${this.write(member, depth + 1)}`;
    });
    return `{${members.join(",")}}`;
  }

  #count(text: string): string {
    this.#length += text.length;
    if (this.#length > maxLength) throw tooLong();
    return text;
  }
}

function tooLong(): RangeError {
  return new RangeError(`the result is longer than ${maxLength} characters`);
}
