/** How a stream ended, told once. */
export type StreamEnd =
  | { readonly kind: "finished" }
  /** Whoever read it did not want the rest. */
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly error: unknown };

/** Whether a tool's result comes piece by piece. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    Symbol.asyncIterator in value &&
    typeof value[Symbol.asyncIterator] === "function"
  );
}

/**
 * The same pieces, with each step taken by `step` and the end told, also where nobody reads the first.
 * @param step - runs a step of the source, for what has to surround it.
 */
export function observedStream(
  source: AsyncIterable<unknown>,
  step: <T>(work: () => T) => T,
  ended: (end: StreamEnd) => Promise<void>,
): AsyncGenerator<unknown, void, undefined> {
  const pieces = piecesOf(source, step, ended);
  // To its first `yield`: a generator that has not begun ends without its `finally`.
  void pieces.next();
  return pieces;
}

async function* piecesOf(
  source: AsyncIterable<unknown>,
  step: <T>(work: () => T) => T,
  ended: (end: StreamEnd) => Promise<void>,
): AsyncGenerator<unknown, void, undefined> {
  let iterator: AsyncIterator<unknown> | undefined;
  let end: StreamEnd = { kind: "left" };
  try {
    yield undefined;
    // Inside: what a duty gave in place of a stream may be anything, and has an end to tell as well.
    const opened = step(() => source[Symbol.asyncIterator]());
    iterator = opened;
    for (;;) {
      const next = await step(() => opened.next());
      if (next.done === true) break;
      yield next.value;
    }
    end = { kind: "finished" };
  } catch (error) {
    end = { kind: "failed", error };
  } finally {
    try {
      if (end.kind === "left") {
        await step(() => (iterator ?? source[Symbol.asyncIterator]()).return?.());
      }
    } finally {
      await ended(end);
    }
  }
}
