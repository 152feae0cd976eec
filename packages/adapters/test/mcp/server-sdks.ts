import { InMemoryTransport as InMemoryTransportV1 } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server as ServerV1 } from "@modelcontextprotocol/sdk/server/index.js";
import { completable as completableV1 } from "@modelcontextprotocol/sdk/server/completable.js";
import {
  McpServer as McpServerV1,
  ResourceTemplate as ResourceTemplateV1,
} from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  completable,
  InMemoryTransport,
  McpServer,
  ResourceTemplate,
  Server,
} from "@modelcontextprotocol/server";
import type { JsonObject } from "@scopeward/core";
import { z } from "zod";
import type { GuardServerOptions } from "../../src/mcp.ts";
import { guardServer } from "../../src/mcp.ts";
import { RawClient } from "./raw-client.ts";

/** What both versions of `McpServer` have, as the tests use it. */
export interface AnyMcpServer {
  readonly server: AnyServer;
  connect(transport: object): Promise<void>;
  registerTool(name: string, config: object, run: AnyCallback): AnyRegistered;
  registerResource(name: string, uri: unknown, config: object, read: AnyCallback): AnyRegistered;
  registerPrompt(name: string, config: object, get: AnyCallback): AnyRegistered;
}

/** What both versions of the low-level `Server` have. */
export interface AnyServer {
  fallbackRequestHandler?: unknown;
  setRequestHandler(...args: unknown[]): void;
  connect(transport: object): Promise<void>;
}

/** What a registration answers with, in both versions. */
export interface AnyRegistered {
  update(updates: object): void;
  disable(): void;
  remove(): void;
}

type AnyCallback = (...args: never[]) => unknown;

/** One version of the SDK. */
export interface Sdk {
  readonly name: string;
  mcpServer(options?: object): AnyMcpServer;
  server(options: object): AnyServer;
  template(uri: string, list: () => { resources: object[] }): unknown;
  completable(schema: z.ZodString, complete: () => string[]): z.ZodString;
  pair(): readonly [client: never, server: object];
  /** Sets the handler of a method that gives back its params. */
  handle(server: AnyServer, method: string, handler: (params: unknown) => object): void;
}

const info = { name: "notes", version: "1.0.0" };

/** Both versions of the SDK, in one installation. */
export const sdks: readonly Sdk[] = [
  {
    name: "v1",
    mcpServer: (options) => new McpServerV1(info, options) as unknown as AnyMcpServer,
    server: (options) => new ServerV1(info, options),
    template: (uri, list) => new ResourceTemplateV1(uri, { list } as never),
    completable: (schema, complete) => completableV1(schema, complete),
    pair: () => InMemoryTransportV1.createLinkedPair() as unknown as [never, object],
    handle: (server, method, handler) => {
      const schema = z.looseObject({ method: z.literal(method), params: z.looseObject({}) });
      server.setRequestHandler(schema, ({ params }: { params: unknown }) => handler(params));
    },
  },
  {
    name: "v2",
    mcpServer: (options) => new McpServer(info, options) as unknown as AnyMcpServer,
    server: (options) => new Server(info, options),
    template: (uri, list) => new ResourceTemplate(uri, { list } as never),
    completable: (schema, complete) => completable(schema, complete),
    pair: () => InMemoryTransport.createLinkedPair() as unknown as [never, object],
    handle: (server, method, handler) => {
      const custom = { params: z.looseObject({}) };
      if (method.startsWith("acme/")) server.setRequestHandler(method, custom, handler);
      else {
        server.setRequestHandler(method, ({ params }: { params: unknown }) => handler(params));
      }
    },
  },
];

/** Guards a server. */
export function guard<S extends AnyMcpServer | AnyServer>(
  server: S,
  options: GuardServerOptions,
): S {
  return guardServer(server as never, options) as S;
}

/** A client of a server that shows a token with each message, or none. */
export async function connected(
  sdk: Sdk,
  server: AnyMcpServer | AnyServer,
  token?: string,
  capabilities: JsonObject = {},
): Promise<RawClient> {
  const [clientSide, serverSide] = sdk.pair();
  const client = new RawClient(clientSide, token);
  await server.connect(serverSide);
  await client.initialize(capabilities);
  return client;
}
