import { expect, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { aiSdkHarness, skips } from "./harness.ts";

const cases = planAdapterCases(aiSdkHarness, skips);

it.each(cases.map(({ name, run }) => [name, run] as const))("AI SDK: %s", async (_, run) => {
  await expect(run()).resolves.toBeUndefined();
});
