/** The middle value; of an even number, the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Microseconds of one call of each, as its least disturbed batch took, after a warm-up. The calls take
 * turns batch by batch, so that the machine's ups and downs reach all of them alike and their ratios
 * can be trusted.
 */
export function microsecondsPerCalls(
  calls: readonly (() => void)[],
  batches = 400,
  batchSize = 50,
): number[] {
  const least = calls.map(() => Number.POSITIVE_INFINITY);
  const warmUp = Math.ceil(batches / 2);
  for (let batch = 0; batch < warmUp + batches; batch++) {
    for (const [index, call] of calls.entries()) {
      const start = performance.now();
      for (let turn = 0; turn < batchSize; turn++) call();
      const took = ((performance.now() - start) * 1000) / batchSize;
      if (batch >= warmUp) least[index] = Math.min(least[index]!, took);
    }
  }
  return least;
}
