import type { AdapterHarness, AdapterSkip } from "../../src/conformance.ts";
import { aiSdkHarness, skips as aiSdkSkips } from "../ai-sdk/harness.ts";
import { httpHarness, skips as httpSkips } from "../http/harness.ts";
import { serviceKinds } from "../http/services.ts";
import { harness as langchainHarness, skips as langchainSkips } from "../langchain/harness.ts";
import { harnessesV1, harnessesV2, skips as transportSkips } from "../mcp/harness-transport.ts";
import { harnessV1 } from "../mcp/harness-v1.ts";
import { harnessV2, harnessV2Http } from "../mcp/harness-v2.ts";
import { httpSkips as mcpHttpSkips, serverSkips } from "../mcp/server-tools.ts";

/** A column of the table in docs/adapters.md: harnesses of one adapter that skip the same cases. */
export interface TestedAdapter {
  readonly title: string;
  readonly harnesses: readonly AdapterHarness[];
  readonly skips: readonly AdapterSkip[];
}

/** Every adapter of the package, as the documentation names it. */
export const testedAdapters: readonly TestedAdapter[] = [
  { title: "LangChain", harnesses: [langchainHarness], skips: langchainSkips },
  { title: "MCP server", harnesses: [harnessV1, harnessV2], skips: serverSkips },
  {
    title: "MCP server over HTTP",
    harnesses: [harnessV2Http],
    skips: [...serverSkips, ...mcpHttpSkips],
  },
  { title: "MCP transport", harnesses: [...harnessesV1, ...harnessesV2], skips: transportSkips },
  { title: "AI SDK", harnesses: [aiSdkHarness], skips: aiSdkSkips },
  { title: "HTTP", harnesses: serviceKinds.map(httpHarness), skips: httpSkips },
];
