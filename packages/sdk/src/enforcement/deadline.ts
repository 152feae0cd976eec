/** What became of work that was waited for. */
export type Waited<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "late" };

/**
 * Waits for work, but no longer than `milliseconds`. Never rejects. Work that is late is told by its
 * signal and left alone; what it comes to later is not looked at.
 * @param outer - aborts the work as well; whether it ends then is up to the work.
 */
export async function within<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => T | PromiseLike<T>,
  outer?: AbortSignal,
): Promise<Waited<T>> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) abort();
  else outer?.addEventListener("abort", abort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = work(controller.signal);
    if (!isThenable(answer)) return { kind: "done", value: answer };
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, milliseconds, "late");
    });
    const first = await Promise.race([settled(answer), late]);
    if (first !== "late") return first;
    controller.abort(new DOMException("the deadline has passed", "TimeoutError"));
    return { kind: "late" };
  } catch (error) {
    return { kind: "failed", error };
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  }
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
