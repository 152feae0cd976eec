import { adapterCases } from "./adapter-cases.ts";
import type { AdapterHarness, AdapterSkip } from "./harness.ts";

/** One case of an adapter, ready for any test runner. */
export interface PlannedCase {
  readonly name: string;
  /** Rejects with an AssertionError where the adapter breaks the rule. */
  readonly run: () => Promise<void>;
}

/**
 * The cases that an adapter takes: all but those that it skips by name.
 *
 * @throws TypeError if a skip names no case, names one twice or gives no reason.
 *
 * @example
 * test.for(planAdapterCases(harness, skips))("$name", async ({ run }) => {
 *   await expect(run()).resolves.toBeUndefined();
 * });
 */
export function planAdapterCases(
  harness: AdapterHarness,
  skips: readonly AdapterSkip[] = [],
): readonly PlannedCase[] {
  const skipped = new Set<string>();
  for (const { case: name, reason } of skips) {
    if (adapterCases.every((each) => each.name !== name)) {
      throw new TypeError(`a skip names \`${name}\`, which is no case: use a case's exact name`);
    }
    if (skipped.has(name)) throw new TypeError(`\`${name}\` is skipped twice: keep one of them`);
    if (reason.trim() === "") {
      throw new TypeError(`the skip of \`${name}\` has no reason: say what users must know`);
    }
    skipped.add(name);
  }
  return adapterCases
    .filter(({ name }) => !skipped.has(name))
    .map(({ name, run }) => ({ name, run: () => run(harness) }));
}
