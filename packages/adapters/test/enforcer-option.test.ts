import { InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import type { Enforcer } from "@scopeward/sdk";
import { tool } from "langchain";
import { expect, test } from "vitest";
import { z } from "zod";
import { guardModel, guardTools, prepareStep, toolApproval } from "../src/ai-sdk.ts";
import { expressGuard, fastifyGuard, guardFetch, honoGuard } from "../src/http.ts";
import { guardTool, scopewardMiddleware } from "../src/langchain.ts";
import { guardServer, guardTransport } from "../src/mcp.ts";

const search = tool(() => "a note", {
  name: "search_notes",
  description: "searches notes",
  schema: z.object({}),
});

const guards: readonly (readonly [name: string, make: (enforcer: Enforcer) => unknown])[] = [
  ["LangChain's `guardTool`", (enforcer) => guardTool(search, { enforcer })],
  ["LangChain's `scopewardMiddleware`", (enforcer) => scopewardMiddleware({ enforcer })],
  ["the AI SDK's `guardTools`", (enforcer) => guardTools({}, { enforcer })],
  ["the AI SDK's `toolApproval`", (enforcer) => toolApproval({ enforcer })],
  ["the AI SDK's `prepareStep`", (enforcer) => prepareStep({ enforcer, tools: {} })],
  ["the AI SDK's `guardModel`", (enforcer) => guardModel({ enforcer })],
  [
    "MCP's `guardServer`",
    (enforcer) => guardServer(new McpServer({ name: "notes", version: "1.0.0" }), { enforcer }),
  ],
  [
    "MCP's `guardTransport`",
    (enforcer) =>
      guardTransport(InMemoryTransport.createLinkedPair()[0], { enforcer, side: "client" }),
  ],
  [
    "HTTP's `guardFetch`",
    (enforcer) => guardFetch(() => new Response(), { enforcer, tool: "search_notes" }),
  ],
  ["HTTP's `expressGuard`", (enforcer) => expressGuard({ enforcer, tool: "search_notes" })],
  ["HTTP's `fastifyGuard`", (enforcer) => fastifyGuard({ enforcer, tool: "search_notes" })],
  ["HTTP's `honoGuard`", (enforcer) => honoGuard({ enforcer, tool: "search_notes" })],
];

// A program without types does not know one from the other.
const ward = { enforcer: {}, decide: () => {} } as unknown as Enforcer;

test.for(guards)("%s takes no ward for its Enforcer", ([, make]) => {
  expect(() => make(ward)).toThrow(TypeError);
  expect(() => make(ward)).toThrow("`ward.enforcer`");
  expect(() => make(undefined as never)).toThrow("`ward.enforcer`");
});
