import { inspect } from "node:util";

const shown = "[redacted]";

/**
 * A text that must not end up in a log: as a string, in JSON and when inspected it is `[redacted]`.
 * Only {@link Secret.reveal} gives it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the one place that hands it to its owner. */
  reveal(): string {
    return this.#text;
  }

  /** `[redacted]`. */
  toString(): string {
    return shown;
  }

  /** `[redacted]`. */
  toJSON(): string {
    return shown;
  }
}

// Not a method: declarations are made of each file alone, and cannot name one by another module's symbol.
Object.defineProperty(Secret.prototype, inspect.custom, { value: () => shown });
