import { describe, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { plainHarness } from "./plain-adapter.ts";

describe("an adapter around plain functions", () => {
  for (const { name, run } of planAdapterCases(plainHarness())) it(name, run);
});
