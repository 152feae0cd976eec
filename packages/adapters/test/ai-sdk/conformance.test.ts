import { expect, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { aiSdkHarness, skips } from "./harness.ts";

it.each(planAdapterCases(aiSdkHarness, skips))("AI SDK: $name", async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
