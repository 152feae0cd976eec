import { describe, expect, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { httpHarness, skips } from "./harness.ts";
import { serviceKinds } from "./services.ts";

describe.each(serviceKinds)("HTTP with %s", (kind) => {
  const cases = planAdapterCases(httpHarness(kind), skips);
  it.each(cases.map(({ name, run }) => [name, run] as const))("%s", async (_, run) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
