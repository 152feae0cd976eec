import type { TestOptions } from "@scopeward/sdk";

const testLimitMs = 5_000;

/**
 * How long the tests of a folder may take together, in milliseconds, for all that their own limits
 * say: at least what OPA's runner can need, so that a long suite is never taken for one that hangs.
 */
export function suiteTimeMs({ files, timeoutMs = testLimitMs }: TestOptions): number {
  // Every test's name begins so; what else does only makes the bound wider.
  const names = Object.values(files).reduce((sum, text) => sum + text.split("test_").length - 1, 0);
  // One that fails is evaluated once more, for its trace.
  return 2 * timeoutMs * names;
}
