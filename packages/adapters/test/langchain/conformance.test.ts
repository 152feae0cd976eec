import { planAdapterCases } from "@scopeward/adapters/conformance";
import { describe, expect, test } from "vitest";
import { harness, skips } from "./harness.ts";

const cases = planAdapterCases(harness, skips).map(({ name, run }) => [name, run] as const);

describe("LangChain keeps what every adapter keeps", () => {
  test.for(cases)("%s", async ([, run]) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
