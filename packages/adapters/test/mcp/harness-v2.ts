import {
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import {
  createMcpHandler,
  McpServer,
  UrlElicitationRequiredError,
} from "@modelcontextprotocol/server";
import type { ServerContext } from "@modelcontextprotocol/server";
import type { JsonObject } from "@scopeward/core";
import type {
  AdapterHarness,
  Between,
  Stage,
  ToolSpec,
  Turn,
} from "../../src/conformance/harness.ts";
import { guardServer } from "../../src/mcp.ts";
import type { ClientConnection } from "./server-session.ts";
import { ServerSession } from "./server-session.ts";
import { capabilities, guardOptions, parametersOf, resultOf } from "./server-tools.ts";

/** `McpServer` of SDK v2, in memory, over protocol 2025-11-25. */
export const harnessV2: AdapterHarness = {
  name: "MCP server, SDK v2",
  capabilities: [...capabilities, "control_flow"],
  open: (stage) => Promise.resolve(new ServerSession((turn) => connectInMemory(stage, turn))),
};

/** The same over HTTP, and protocol 2026-07-28. */
export const harnessV2Http: AdapterHarness = {
  name: "MCP server, SDK v2 over HTTP",
  capabilities,
  open: (stage) => Promise.resolve(new ServerSession((turn) => connectOverHttp(stage, turn))),
};

async function connectInMemory(stage: Stage, turn: Turn): Promise<ClientConnection> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const { caller, subAgent } = turn;
  if (caller !== undefined && subAgent === undefined) {
    const send = clientSide.send.bind(clientSide);
    const authInfo = { token: caller.token, clientId: "conformance", scopes: [] };
    clientSide.send = (message, options) => send(message, { ...options, authInfo });
  }
  const client = new Client({ name: "conformance", version: "1.0.0" });
  await serverOf(stage, turn).connect(serverSide);
  await client.connect(clientSide);
  return connectionOf(client);
}

async function connectOverHttp(stage: Stage, turn: Turn): Promise<ClientConnection> {
  const { caller, subAgent } = turn;
  const handler = createMcpHandler(() => serverOf(stage, turn));
  const serve = (request: Request): Promise<Response> =>
    caller === undefined || subAgent !== undefined
      ? handler.fetch(request)
      : handler.fetch(request, {
          authInfo: { token: caller.token, clientId: "conformance", scopes: [] },
        });
  const principal = caller?.principal;
  const asSubAgent =
    stage.enforcer !== undefined && principal !== undefined && subAgent !== undefined;
  const transport = new StreamableHTTPClientTransport(new URL("http://notes.example/mcp"), {
    fetch: (url, init) => {
      const request = new Request(url, init);
      return asSubAgent
        ? stage.enforcer.withPrincipal(principal.attenuate(subAgent), () => serve(request))
        : serve(request);
    },
  });
  const client = new Client(
    { name: "conformance", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  await client.connect(transport);
  const connection = connectionOf(client);
  return {
    ...connection,
    close: async () => {
      await connection.close();
      await handler.close();
    },
  };
}

function connectionOf(client: Client): ClientConnection {
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (params, signal) =>
      await client.callTool(params, signal === undefined ? {} : { signal }),
    close: () => client.close(),
  };
}

function serverOf(stage: Stage, turn: Turn): McpServer {
  const server = new McpServer({ name: "notes", version: "1.0.0" });
  for (const spec of stage.added ?? []) register(server, spec);
  if (stage.enforcer !== undefined) guardServer(server, guardOptions(stage.enforcer, turn));
  for (const spec of stage.tools) register(server, spec);
  if (stage.between !== undefined) interpose(server, stage.between);
  return server;
}

function register(server: McpServer, spec: ToolSpec): void {
  const { name, description } = spec;
  const inputSchema = parametersOf(spec);
  server.registerTool(name, { description, inputSchema }, async (args, { mcpReq: { signal } }) =>
    resultOf(await spec.run(args as JsonObject, { signal, interrupt })),
  );
}

function interrupt(): never {
  const url = "https://notes.example/login";
  throw new UrlElicitationRequiredError([
    { mode: "url", message: "log in", elicitationId: "1", url },
  ]);
}

/** As middlewares for v2 do: it has no place of its own for them. */
function interpose({ server }: McpServer, { rewrite = (args) => args, runs = 1 }: Between): void {
  const handlers = Reflect.get(server, "_requestHandlers") as Map<string, Handler>;
  const inner = handlers.get("tools/call");
  server.setRequestHandler("tools/call", async (request, context) => {
    const args = rewrite((request.params.arguments ?? {}) as JsonObject);
    let result: object = {};
    for (let run = 0; run < runs; run++) {
      const again = { ...request, params: { ...request.params, arguments: args } };
      result = (await inner?.(again, context)) ?? {};
    }
    return { content: [], ...result };
  });
}

type Handler = (request: object, context: ServerContext) => Promise<object>;
