/** A tool that is a generator, as LangChain knows one: what it yields is progress, what it returns the result. */
type ToolGenerator = Iterator<unknown> | AsyncIterator<unknown>;

/** Whether a tool answered with a generator. */
export function isGenerator(value: unknown): value is ToolGenerator {
  return (
    typeof value === "object" &&
    value !== null &&
    "next" in value &&
    typeof value.next === "function"
  );
}

/**
 * A generator as the pieces that obligations work on, and back. A stream has no returned value, so it
 * comes as the last piece. An object comes before it: texts that follow each other are one text.
 */
export class GeneratorPieces {
  readonly #generator: ToolGenerator;
  readonly #step: (next: () => unknown) => unknown;
  #isOver = false;

  /** @param step - runs each step of the generator. */
  constructor(generator: ToolGenerator, step: (next: () => unknown) => unknown) {
    this.#generator = generator;
    this.#step = step;
  }

  /** What the tool yields, an object, and what it returns. */
  async *pieces(): AsyncGenerator {
    try {
      for (;;) {
        const step = this.#step(() => this.#generator.next());
        const { done, value } = (await step) as IteratorResult<unknown>;
        if (done === true) {
          this.#isOver = true;
          yield {};
          yield value;
          return;
        }
        yield value;
      }
    } finally {
      await this.#generator.return?.();
    }
  }

  /** The generator that LangChain is given: of the same pieces, transformed. */
  async *replay(transformed: AsyncIterable<unknown>): AsyncGenerator {
    const held: unknown[] = [];
    for await (const piece of transformed) {
      held.push(piece);
      while (held.length > (this.#isOver ? 2 : 0)) yield held.shift();
    }
    // An empty text is no piece.
    return held.length === 2 ? held[1] : "";
  }
}
