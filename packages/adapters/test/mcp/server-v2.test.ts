import { expect, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { harnessV2, harnessV2Http } from "./harness-v2.ts";
import { httpSkips, serverSkips } from "./server-tools.ts";

it.each(planAdapterCases(harnessV2, serverSkips))(
  "MCP server of SDK v2: $name",
  async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  },
);

const overHttp = planAdapterCases(harnessV2Http, [...serverSkips, ...httpSkips]);

it.each(overHttp)("MCP server of SDK v2 over HTTP: $name", async ({ run }) => {
  await expect(run()).resolves.toBeUndefined();
});
