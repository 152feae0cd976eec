/** What became of work that was waited for. */
export type Waited<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "late" };

/** A timer that is set for longer goes off at once. */
const longestMs = 2 ** 31 - 1;

/**
 * Waits for work, but no longer than `milliseconds`, or 24 days. Never rejects. What late work comes to is not
 * looked at.
 */
export async function within<T>(
  milliseconds: number,
  work: () => T | PromiseLike<T>,
): Promise<Waited<T>> {
  try {
    const answer = work();
    if (!isThenable(answer)) return { kind: "done", value: answer };
    return await new Promise<Waited<T>>((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, longestMs), { kind: "late" });
      void settled(answer).then((waited) => {
        clearTimeout(timer);
        return resolve(waited);
      });
    });
  } catch (error) {
    return { kind: "failed", error };
  }
}

/**
 * The same for work that can be told to stop: its signal is aborted at the deadline.
 * @param outer - aborts the work as well; whether it ends then is up to the work.
 */
export async function withinSignalled<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => T | PromiseLike<T>,
  outer: AbortSignal | undefined,
): Promise<Waited<T>> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) abort();
  else outer?.addEventListener("abort", abort, { once: true });
  const waited = await within(milliseconds, () => work(controller.signal));
  outer?.removeEventListener("abort", abort);
  if (waited.kind === "late") {
    controller.abort(new DOMException("the deadline has passed", "TimeoutError"));
  }
  return waited;
}

async function settled<T>(answer: PromiseLike<T>): Promise<Waited<T>> {
  try {
    return { kind: "done", value: await answer };
  } catch (error) {
    return { kind: "failed", error };
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}
