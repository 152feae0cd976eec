import { expect, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { harnessV1 } from "./harness-v1.ts";
import { serverSkips } from "./server-tools.ts";

it.each(planAdapterCases(harnessV1, serverSkips))(
  "MCP server of SDK v1: $name",
  async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  },
);
