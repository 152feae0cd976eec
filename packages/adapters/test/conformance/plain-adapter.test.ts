import { expect, test } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { plainHarness } from "./plain-adapter.ts";

test.for(planAdapterCases(plainHarness()))("plain functions: $name", async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
