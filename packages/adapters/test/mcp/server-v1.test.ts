import { describe, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { harnessV1 } from "./harness-v1.ts";
import { serverSkips } from "./server-tools.ts";

describe("a server of MCP SDK v1", () => {
  for (const { name, run } of planAdapterCases(harnessV1, serverSkips)) it(name, run);
});
