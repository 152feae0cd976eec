/**
 * Microseconds of one call of each, as its least disturbed batch took, after a warm-up. Like
 * `microsecondsPerCalls`, for what has to be awaited.
 */
export async function microsecondsPerAwaited(
  calls: readonly (() => Promise<unknown>)[],
  batches = 1_000,
  batchSize = 10,
): Promise<number[]> {
  const least = calls.map(() => Number.POSITIVE_INFINITY);
  const warmUp = Math.ceil(batches / 2);
  for (let batch = 0; batch < warmUp + batches; batch++) {
    for (const [index, call] of calls.entries()) {
      const start = performance.now();
      for (let turn = 0; turn < batchSize; turn++) await call();
      const took = ((performance.now() - start) * 1000) / batchSize;
      if (batch >= warmUp) least[index] = Math.min(least[index]!, took);
    }
  }
  return least;
}
