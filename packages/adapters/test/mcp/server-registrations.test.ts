import { McpServer as McpServerV1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { McpGuardError } from "../../src/mcp.ts";
import { harnessV1 } from "./harness-v1.ts";
import type { RawClient, WireAnswer } from "./raw-client.ts";
import type { AnyMcpServer, AnyServer, Sdk } from "./server-sdks.ts";
import { connected, guard, sdks } from "./server-sdks.ts";
import { denialIn, textsIn } from "./server-session.ts";

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

function newWorld(): World {
  const world = new World(harnessV1, false);
  worlds.push(world);
  world.load({ open: () => allow(), shut: () => deny("shut") });
  return world;
}

function clientOf(sdk: Sdk, world: World, server: AnyMcpServer | AnyServer): Promise<RawClient> {
  return connected(sdk, server, world.keys.issue("ada", ["conformance:use"]).token);
}

function call(peer: RawClient, name: string, args = {}): Promise<WireAnswer> {
  return peer.request("tools/call", { name, arguments: args });
}

async function names(peer: RawClient): Promise<readonly string[]> {
  const { result } = await peer.request("tools/list");
  const tools = (result?.["tools"] ?? []) as unknown as { name: string }[];
  return tools.map(({ name }) => name);
}

function codesIn({ result }: WireAnswer): unknown {
  return denialIn(result ?? {})?.["codes"];
}

const done = (text: string) => (): object => ({ content: [{ type: "text", text }] });

describe.each(sdks)("whatever is registered with a server of SDK $name", (sdk) => {
  it("is guarded where it was registered before", async () => {
    const world = newWorld();
    const server = sdk.mcpServer();
    server.registerTool("open", { inputSchema: { n: z.number().default(1) } }, done("ran"));
    server.registerTool("shut", {}, done("ran"));
    guard(server, { enforcer: world.enforcer });
    const peer = await clientOf(sdk, world, server);
    expect(await names(peer)).toEqual(["open"]);
    expect(textsIn((await call(peer, "open")).result ?? {})).toEqual(["ran"]);
    expect(world.policy.requests.findLast(({ phase }) => phase === "call")?.args).toEqual({ n: 1 });
    expect(codesIn(await call(peer, "shut"))).toEqual(["shut"]);
  });

  it("is guarded where the server declared its capabilities, and is connected already", async () => {
    const world = newWorld();
    const server = sdk.mcpServer({ capabilities: { tools: {} } });
    const peer = await clientOf(sdk, world, server);
    server.registerTool("shut", {}, done("ran"));
    expect(textsIn((await call(peer, "shut")).result ?? {})).toEqual(["ran"]);
    guard(server, { enforcer: world.enforcer });
    expect(codesIn(await call(peer, "shut"))).toEqual(["shut"]);
    expect(await names(peer)).toEqual([]);
  });

  it("is guarded after an update of its code, its schema and its name", async () => {
    const world = newWorld();
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    const tool = server.registerTool("shut", {}, done("first"));
    const peer = await clientOf(sdk, world, server);
    tool.update({ callback: done("second") });
    expect(codesIn(await call(peer, "shut"))).toEqual(["shut"]);
    tool.update({ name: "open" });
    expect(textsIn((await call(peer, "open")).result ?? {})).toEqual(["second"]);
    const schema = { b: z.string().default("b") };
    tool.update({ paramsSchema: sdk.name === "v1" ? schema : z.object(schema) });
    expect(textsIn((await call(peer, "open")).result ?? {})).toEqual(["second"]);
    expect(world.policy.requests.findLast(({ phase }) => phase === "call")?.args).toEqual({
      b: "b",
    });
  });

  it("is gone once it is disabled or removed", async () => {
    const world = newWorld();
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    const tool = server.registerTool("open", {}, done("ran"));
    const peer = await clientOf(sdk, world, server);
    tool.disable();
    expect(await names(peer)).toEqual([]);
    expect(JSON.stringify(await call(peer, "open"))).not.toContain("ran");
    tool.remove();
    expect(JSON.stringify(await call(peer, "open"))).not.toContain("ran");
  });

  it("is decided on as it comes where the server is a low-level one", async () => {
    const world = newWorld();
    const server = sdk.server({ capabilities: { tools: {} } });
    const [list, run] =
      sdk.name === "v1"
        ? [ListToolsRequestSchema, CallToolRequestSchema]
        : ["tools/list", "tools/call"];
    const inputSchema = { type: "object" };
    server.setRequestHandler(list, () => ({
      tools: [
        { name: "open", inputSchema },
        { name: "shut", inputSchema },
      ],
    }));
    guard(server, { enforcer: world.enforcer });
    server.setRequestHandler(run, ({ params }: { params: { arguments: object } }) => ({
      content: [{ type: "text", text: JSON.stringify(params.arguments) }],
    }));
    const peer = await clientOf(sdk, world, server);
    expect(await names(peer)).toEqual(["open"]);
    expect(textsIn((await call(peer, "open", { b: 2, a: 1 })).result ?? {})).toEqual([
      '{"b":2,"a":1}',
    ]);
    expect(codesIn(await call(peer, "shut"))).toEqual(["shut"]);
  });

  it("finds nothing by the name of a member of every object", async () => {
    const world = newWorld();
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    server.registerTool("open", {}, done("ran"));
    world.load({ constructor: () => allow(), toString: () => allow() });
    const peer = await clientOf(sdk, world, server);
    for (const name of ["constructor", "toString", "__proto__"]) {
      expect(JSON.stringify(await call(peer, name)), name).not.toContain("ran");
    }
  });

  it("cannot be guarded twice", () => {
    const { enforcer } = newWorld();
    const server = guard(sdk.mcpServer(), { enforcer });
    expect(() => guard(server, { enforcer })).toThrow(
      expect.objectContaining({ code: "already_guarded" }),
    );
    expect(() => guard(server.server, { enforcer })).toThrow(McpGuardError);
  });
});

describe("a server that the guard does not know", () => {
  it.each([
    ["no server", {}],
    [
      "a low-level server inside of something else",
      { server: new McpServerV1({ name: "n", version: "1" }).server },
    ],
  ])("is refused and left as it is: %s", (_name, server) => {
    const { enforcer } = newWorld();
    const before = Object.keys(server);
    expect(() => guard(server as AnyMcpServer, { enforcer })).toThrow(
      expect.objectContaining({ code: "server_unknown" }),
    );
    expect(Object.keys(server)).toEqual(before);
  });

  it("is told by its brand from every other fault", () => {
    const { enforcer } = newWorld();
    let fault: unknown;
    try {
      guard({} as AnyServer, { enforcer });
    } catch (error) {
      fault = error;
    }
    expect(McpGuardError.is(fault)).toBe(true);
    expect(McpGuardError.is(new Error("another"))).toBe(false);
  });
});

describe("the deprecated ways of SDK v1", () => {
  it("register what is guarded too", async () => {
    const [sdk] = sdks;
    if (sdk === undefined) throw new TypeError("SDK v1 is the first");
    const world = newWorld();
    const server = new McpServerV1({ name: "notes", version: "1.0.0" });
    guard(server as unknown as AnyMcpServer, { enforcer: world.enforcer });
    const ran = { content: [{ type: "text" as const, text: "ran" }] };
    server.tool("open", { n: z.number().default(3) }, () => ran);
    server.tool("shut", () => ran);
    server.resource("diary", "file:///diary", () => ({ contents: [] }));
    server.prompt("essay", () => ({ messages: [] }));
    const peer = await clientOf(sdk, world, server as unknown as AnyMcpServer);
    expect(textsIn((await call(peer, "open")).result ?? {})).toEqual(["ran"]);
    expect(world.policy.requests.findLast(({ phase }) => phase === "call")?.args).toEqual({ n: 3 });
    expect(codesIn(await call(peer, "shut"))).toEqual(["shut"]);
    expect((await peer.request("resources/read", { uri: "file:///diary" })).error).toBeDefined();
    expect((await peer.request("prompts/get", { name: "essay" })).error).toBeDefined();
  });
});
