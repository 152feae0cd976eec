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
 * The same pieces, with each step taken by `step` and the end told.
 * @param step - runs a step of the source, for what has to surround it.
 */
export async function* observedStream(
  source: AsyncIterable<unknown>,
  step: <T>(work: () => T) => T,
  ended: (end: StreamEnd) => Promise<void>,
): AsyncGenerator<unknown, void, undefined> {
  const iterator = step(() => source[Symbol.asyncIterator]());
  let end: StreamEnd = { kind: "left" };
  try {
    for (;;) {
      const next = await step(() => iterator.next());
      if (next.done === true) break;
      yield next.value;
    }
    end = { kind: "finished" };
  } catch (error) {
    end = { kind: "failed", error };
  } finally {
    if (end.kind === "left") await step(() => iterator.return?.());
    await ended(end);
  }
}
