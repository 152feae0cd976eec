import { describe, expect, test } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { harnessesV1, harnessesV2, skips } from "./harness-transport.ts";

const harnesses = [...harnessesV1, ...harnessesV2].map((each) => [each.name, each] as const);

describe.for(harnesses)("%s", ([, harness]) => {
  const cases = planAdapterCases(harness, skips).map(({ name, run }) => [name, run] as const);
  test.for(cases)("%s", async ([, run]) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
