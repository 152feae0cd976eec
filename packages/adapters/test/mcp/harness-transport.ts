import { Client as ClientV2, InMemoryTransport as MemoryV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport as MemoryV1 } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer as ServerV1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { UrlElicitationRequiredError as SignalV1 } from "@modelcontextprotocol/sdk/types.js";
import {
  McpServer as ServerV2,
  UrlElicitationRequiredError as SignalV2,
} from "@modelcontextprotocol/server";
import type { JsonObject } from "@scopeward/core";
import type {
  AdapterHarness,
  AdapterSkip,
  Capability,
  Stage,
  Turn,
} from "../../src/conformance/harness.ts";
import { guardTransport } from "../../src/mcp.ts";
import type { AnyTransport, GuardTransportOptions } from "../../src/mcp.ts";
import { modelSkips } from "../model-skips.ts";
import { ServerSession } from "./server-session.ts";
import type { ClientConnection } from "./server-session.ts";
import { parametersOf, resultOf } from "./server-tools.ts";

type Side = GuardTransportOptions["side"];

const capabilities: readonly Capability[] = [
  "list",
  "resume",
  "changed_resume",
  "siblings",
  "sub_agent",
  "abort",
  "control_flow",
];

/** What a transport cannot do, for its users. */
export const skips: readonly AdapterSkip[] = [
  {
    case: "policy sees who calls and what with, defaults applied",
    reason:
      "A transport knows no schema: the policies see the arguments as the client sent them, before the server puts its defaults in. Write rules that hold without a default, or guard the server itself.",
  },
  {
    case: "a member that the tool's schema does not know gets past nobody",
    reason:
      "A transport knows no schema: the policies see such a member, and the server may leave it out. The tool gets no more than the policies saw.",
  },
  {
    case: "rewritten arguments that the tool's schema refuses are denied",
    reason:
      "A transport knows no schema: it is the server that refuses such arguments, with an error of its own. The tool does not run.",
  },
  {
    case: "arguments that the tool's schema refuses leave an audit entry",
    reason:
      "A transport knows no schema: the entries are an allow and a failed outcome, and it is the server that refuses.",
  },
  ...[
    "a redacted field is not in the stream",
    "what is redacted in a result that comes in pieces is redacted across them",
    "a result that comes in pieces is what it was without the adapter",
  ].map((name) => ({
    case: name,
    reason:
      "A result of MCP comes whole. The text of progress is dropped for a call whose result is transformed.",
  })),
  ...[
    "code between adapter and tool cannot run it with arguments that policy denies",
    "a retry that runs the tool again is decided again",
    "each run of a retry has a decision of its own in the audit log",
    "a tool that other code adds without a guard does not run",
    "a tool that is a subclass without a function of its own is guarded too",
  ].map((name) => ({
    case: name,
    reason:
      "What the server does with a call is behind the transport: whoever can change the server can go past every gateway.",
  })),
  {
    case: "tools that run at the provider are offered only where policy names them",
    reason: "A server of MCP has no tools that run at a provider.",
  },
  ...modelSkips(
    "A transport carries no call of a model. `sampling/createMessage`, with which a server has the client call one, is put to the client only where the policies offer a tool of this name.",
  ),
];

/** A transport of the SDK v1, guarded on either side. */
export const harnessesV1: readonly AdapterHarness[] = (["client", "server"] as const).map(
  (side) => ({
    name: `MCP transport of a ${side}, SDK v1`,
    capabilities,
    open: (stage) => Promise.resolve(new ServerSession((turn) => connectV1(stage, turn, side))),
  }),
);

/** The same of SDK v2. */
export const harnessesV2: readonly AdapterHarness[] = (["client", "server"] as const).map(
  (side) => ({
    name: `MCP transport of a ${side}, SDK v2`,
    capabilities,
    open: (stage) => Promise.resolve(new ServerSession((turn) => connectV2(stage, turn, side))),
  }),
);

async function connectV1(stage: Stage, turn: Turn, side: Side): Promise<ClientConnection> {
  const server = new ServerV1(identity);
  for (const spec of stage.tools) {
    const { name, description } = spec;
    const inputSchema = parametersOf(spec);
    server.registerTool(name, { description, inputSchema }, async (args, { signal }) =>
      resultOf(await spec.run(args as JsonObject, { signal, interrupt: interruptV1 })),
    );
  }
  const [clientSide, serverSide] = MemoryV1.createLinkedPair();
  const client = new ClientV1(identity);
  await server.connect(guarded(serverSide, stage, turn, side === "server" ? side : undefined));
  await client.connect(guarded(clientSide, stage, turn, side === "client" ? side : undefined));
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (params, signal) =>
      await client.callTool(params, undefined, signal === undefined ? {} : { signal }),
    close: () => client.close(),
  };
}

async function connectV2(stage: Stage, turn: Turn, side: Side): Promise<ClientConnection> {
  const server = new ServerV2(identity);
  for (const spec of stage.tools) {
    const { name, description } = spec;
    const inputSchema = parametersOf(spec);
    server.registerTool(name, { description, inputSchema }, async (args, { mcpReq: { signal } }) =>
      resultOf(await spec.run(args as JsonObject, { signal, interrupt: interruptV2 })),
    );
  }
  const [clientSide, serverSide] = MemoryV2.createLinkedPair();
  const client = new ClientV2(identity);
  await server.connect(guarded(serverSide, stage, turn, side === "server" ? side : undefined));
  await client.connect(guarded(clientSide, stage, turn, side === "client" ? side : undefined));
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (params, signal) =>
      await client.callTool(params, signal === undefined ? {} : { signal }),
    close: () => client.close(),
  };
}

const elicitations = [
  {
    mode: "url" as const,
    message: "log in",
    elicitationId: "1",
    url: "https://notes.example/login",
  },
];

function interruptV1(): never {
  throw new SignalV1(elicitations);
}

function interruptV2(): never {
  throw new SignalV2(elicitations);
}

const identity = { name: "conformance", version: "1.0.0" };

function guarded<T extends AnyTransport>(
  transport: T,
  { enforcer }: Stage,
  { caller, subAgent }: Turn,
  side: Side | undefined,
): T {
  if (enforcer === undefined || side === undefined) return transport;
  if (caller === undefined) return guardTransport(transport, { enforcer, side });
  return subAgent === undefined
    ? guardTransport(transport, { enforcer, side, token: caller.token })
    : guardTransport(transport, {
        enforcer,
        side,
        principal: caller.principal.attenuate(subAgent),
      });
}
