import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  CallToolRequestSchema,
  UrlElicitationRequiredError,
} from "@modelcontextprotocol/sdk/types.js";
import type { JsonObject } from "@scopeward/core";
import type {
  AdapterHarness,
  Between,
  Stage,
  ToolSpec,
  Turn,
} from "../../src/conformance/harness.ts";
import { guardServer } from "../../src/mcp.ts";
import { capabilities, guardOptions, parametersOf, resultOf } from "./server-tools.ts";
import type { ClientConnection } from "./server-session.ts";
import { ServerSession } from "./server-session.ts";

/** `McpServer` of SDK v1, in memory. */
export const harnessV1: AdapterHarness = {
  name: "MCP server, SDK v1",
  capabilities: [...capabilities, "control_flow"],
  open: (stage) => Promise.resolve(new ServerSession((turn) => connect(stage, turn))),
};

async function connect(stage: Stage, turn: Turn): Promise<ClientConnection> {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  for (const spec of stage.added ?? []) register(server, spec);
  if (stage.enforcer !== undefined) guardServer(server, guardOptions(stage.enforcer, turn));
  for (const spec of stage.tools) register(server, spec);
  if (stage.between !== undefined) interpose(server, stage.between);
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const { caller, subAgent } = turn;
  if (caller !== undefined && subAgent === undefined) {
    const send = clientSide.send.bind(clientSide);
    const authInfo = { token: caller.token, clientId: "conformance", scopes: [] };
    clientSide.send = (message, options) => send(message, { ...options, authInfo });
  }
  const client = new Client({ name: "conformance", version: "1.0.0" });
  await server.connect(serverSide);
  await client.connect(clientSide);
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (params, signal) =>
      await client.callTool(params, undefined, signal === undefined ? {} : { signal }),
    close: () => client.close(),
  };
}

function register(server: McpServer, spec: ToolSpec): void {
  const { name, description } = spec;
  const inputSchema = parametersOf(spec);
  server.registerTool(name, { description, inputSchema }, async (args, { signal }) =>
    resultOf(await spec.run(args as JsonObject, { signal, interrupt })),
  );
}

function interrupt(): never {
  const url = "https://notes.example/login";
  throw new UrlElicitationRequiredError([
    { mode: "url", message: "log in", elicitationId: "1", url },
  ]);
}

/** As middlewares for v1 do: it has no place of its own for them. */
function interpose({ server }: McpServer, { rewrite = (args) => args, runs = 1 }: Between): void {
  const handlers = Reflect.get(server, "_requestHandlers") as Map<string, Handler>;
  const inner = handlers.get("tools/call");
  server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
    const args = rewrite((request.params.arguments ?? {}) as JsonObject);
    let result: object = {};
    for (let run = 0; run < runs; run++) {
      const again = { ...request, params: { ...request.params, arguments: args } };
      result = (await inner?.(again, extra)) ?? {};
    }
    return result;
  });
}

type Handler = (request: object, extra: object) => Promise<object>;
