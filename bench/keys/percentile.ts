/** The mean of some figures. */
export function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/** The figure that `share` (0 to 1) of all figures do not exceed. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Microseconds of each of `count` calls, one after another, after `count / 10` that do not count. */
export async function timeEach(
  count: number,
  call: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  for (let index = 0; index < count / 10; index++) await call(index);
  const figures = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await call(index);
    figures[index] = (performance.now() - start) * 1000;
  }
  return [...figures];
}
