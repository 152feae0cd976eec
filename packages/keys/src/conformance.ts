import { changeCases } from "./store/conformance/change-cases.ts";
import { commitCases } from "./store/conformance/commit-cases.ts";
import { handleCases } from "./store/conformance/handle-cases.ts";
import type { KeyStoreCase } from "./store/conformance/harness.ts";
import { listCases } from "./store/conformance/list-cases.ts";
import { readingCases } from "./store/conformance/reading-cases.ts";
import { upkeepCases } from "./store/conformance/upkeep-cases.ts";

export type { KeyStoreCase, KeyStoreHarness } from "./store/conformance/harness.ts";

/**
 * Every rule of the port {@link KeyStore}, one case for each, for the author of a driver. No test
 * runner is needed: each case is run with a store of its own.
 *
 * ```ts
 * for (const { name, run } of keyStoreCases) test(name, () => run(harnessOfAnEmptyStore()));
 * ```
 *
 * What cannot be seen through the port is left to the driver's own tests: durability, recovery, and
 * what happens to the other processes when one is killed.
 */
export const keyStoreCases: readonly KeyStoreCase[] = [
  ...commitCases,
  ...changeCases,
  ...readingCases,
  ...listCases,
  ...upkeepCases,
  ...handleCases,
];
