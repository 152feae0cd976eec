import { describe, it } from "vitest";
import { planAdapterCases } from "../../src/conformance.ts";
import { harnessV2, harnessV2Http } from "./harness-v2.ts";
import { httpSkips, serverSkips } from "./server-tools.ts";

describe("a server of MCP SDK v2", () => {
  for (const { name, run } of planAdapterCases(harnessV2, serverSkips)) it(name, run);
});

describe("a server of MCP SDK v2 over HTTP", () => {
  const cases = planAdapterCases(harnessV2Http, [...serverSkips, ...httpSkips]);
  for (const { name, run } of cases) it(name, run);
});
