import { describe, test } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { harnessesV1, harnessesV2, skips } from "./harness-transport.ts";

for (const harness of [...harnessesV1, ...harnessesV2]) {
  describe(harness.name, () => {
    for (const { name, run } of planAdapterCases(harness, skips)) test(name, run);
  });
}
