import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { Client } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject, Obligation } from "@scopeward/core";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { harnessV1 } from "./harness-v1.ts";
import type { AnyMcpServer, Sdk } from "./server-sdks.ts";
import { connected, guard, sdks } from "./server-sdks.ts";
import type { ClientResult } from "./server-session.ts";
import { denialIn, textsIn } from "./server-session.ts";

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

function newWorld(): World {
  const world = new World(harnessV1, false);
  worlds.push(world);
  return world;
}

/** A client of the SDK itself, which holds results against the tool's output schema. */
async function call(
  sdk: Sdk,
  world: World,
  server: AnyMcpServer,
  tool: string,
): Promise<ClientResult & { readonly structuredContent?: unknown; readonly isError?: unknown }> {
  const [clientSide, serverSide] = sdk.pair();
  await server.connect(serverSide);
  const { token } = world.keys.issue("ada", ["conformance:use"]);
  const side = clientSide as { send: (message: object, options?: object) => Promise<void> };
  const send = side.send.bind(side);
  side.send = (message, options) => send(message, { ...options, authInfo: { token } });
  const info = { name: "results", version: "1.0.0" };
  const client = sdk.name === "v1" ? new ClientV1(info) : new Client(info);
  await client.connect(clientSide);
  try {
    await client.listTools();
    return await client.callTool({ name: tool, arguments: {} });
  } finally {
    await client.close();
  }
}

function redact(world: World, tool: string, obligation: Omit<Obligation, "type">): void {
  const obligations = [{ type: "redact_result", ...obligation } as Obligation];
  world.load({ [tool]: ({ phase }) => (phase === "call" ? allow({ obligations }) : allow()) });
}

function unchanged(args: unknown): JsonObject {
  return args as JsonObject;
}

const person = { name: "Ada", email: "ada@example.org" };
const outputSchema = { name: z.string(), email: z.string().optional() };
const strictSchema = { name: z.string(), email: z.email() };
const pattern = "[a-z]+@example\\.org";

function personServer(sdk: Sdk, world: World, schema: object, result?: object): AnyMcpServer {
  const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
  server.registerTool("find_person", { outputSchema: schema }, () => ({
    content: [{ type: "text", text: JSON.stringify(person) }],
    structuredContent: person,
    ...result,
  }));
  return server;
}

describe.each(sdks)("the result of a tool of SDK $name", (sdk) => {
  it("keeps the codes of a denial in spite of an output schema", async () => {
    const world = newWorld();
    world.load({
      find_person: ({ phase }) => (phase === "list" ? allow() : deny("no_people", "ask Grace")),
    });
    const result = await call(sdk, world, personServer(sdk, world, outputSchema), "find_person");
    expect(result.isError).toBe(true);
    expect(denialIn(result)).toEqual({ codes: ["no_people"] });
    expect(textsIn(result).join("")).toContain("no_people: ask Grace");
  });

  it("is redacted in text and structure alike, which still fits the output schema", async () => {
    const world = newWorld();
    redact(world, "find_person", { fields: ["/email"] });
    const result = await call(sdk, world, personServer(sdk, world, outputSchema), "find_person");
    expect(result.isError).toBeFalsy();
    expect(JSON.stringify(result)).not.toContain("ada@example.org");
    expect(JSON.parse(textsIn(result)[0] ?? "")).toEqual(result.structuredContent);
  });

  it("is withheld with a code where it would no longer fit the output schema", async () => {
    const world = newWorld();
    redact(world, "find_person", { pattern, replacement: "hidden" });
    const result = await call(sdk, world, personServer(sdk, world, strictSchema), "find_person");
    expect(denialIn(result)).toEqual({ codes: ["engine:obligation_failed"] });
    expect(JSON.stringify(result)).not.toContain("Ada");
    expect(world.outcomes("find_person")).toEqual(["withheld"]);
  });

  it("is redacted where it is a list, in whichever way the client is given one", async () => {
    const world = newWorld();
    redact(world, "list_mail", { pattern, replacement: "hidden" });
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    const [schema, mails] =
      sdk.name === "v1"
        ? [{ result: z.array(z.string()) }, { result: ["ada@example.org"] }]
        : [z.array(z.string()), ["ada@example.org"]];
    server.registerTool("list_mail", { outputSchema: schema }, () => ({
      content: [],
      structuredContent: mails,
    }));
    const result = await call(sdk, world, server, "list_mail");
    expect(result.structuredContent).toEqual({ result: ["hidden"] });
  });

  it("is redacted where the tool gives it as an error", async () => {
    const world = newWorld();
    redact(world, "find_person", { pattern, replacement: "hidden" });
    const text = "no such row: ada@example.org";
    const failed = { isError: true, content: [{ type: "text", text }] };
    const server = personServer(sdk, world, outputSchema, failed);
    const result = await call(sdk, world, server, "find_person");
    expect(result.isError).toBe(true);
    expect(textsIn(result)).toEqual(["no such row: hidden"]);
  });

  it("is redacted in resources that it holds", async () => {
    const world = newWorld();
    redact(world, "read_mail", { pattern, replacement: "hidden" });
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    const resource = { uri: "mail://1", mimeType: "text/plain", text: "from ada@example.org" };
    server.registerTool("read_mail", {}, () => ({
      content: [
        { type: "resource", resource },
        { type: "resource_link", uri: "mail://ada@example.org", name: "ada@example.org" },
      ],
      _meta: { from: "ada@example.org" },
    }));
    const result = await call(sdk, world, server, "read_mail");
    expect(JSON.stringify(result)).not.toContain("ada@example.org");
    expect(JSON.stringify(result)).toContain("from hidden");
  });

  it("is what it was where nothing has to be done to it", async () => {
    const world = newWorld();
    world.load({ find_person: () => allow() });
    const text = '{"big": 12345678901234567890, "twice": 1, "twice": 2}';
    const content = [{ type: "text", text }];
    const server = personServer(sdk, world, outputSchema, { content });
    const result = await call(sdk, world, server, "find_person");
    expect(textsIn(result)).toEqual([text]);
  });
});

describe.each(sdks)("a denial of a server of SDK $name", (sdk) => {
  it("is a JSON-RPC error where the option says so", async () => {
    const world = newWorld();
    world.load({ open: ({ phase }) => (phase === "list" ? allow() : deny("closed")) });
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer, denyWith: "error" });
    server.registerTool("open", {}, () => ({ content: [] }));
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const peer = await connected(sdk, server, token);
    const { error, result } = await peer.request("tools/call", { name: "open", arguments: {} });
    expect(result).toBeUndefined();
    expect(error).toMatchObject({ code: -32_003, data: { codes: ["closed"] } });
  });

  it("says what does not fit the schema only where the tool is offered", async () => {
    const world = newWorld();
    world.load({ open: () => allow(), shut: () => deny("shut") });
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    const config = { inputSchema: { amount: z.number() } };
    server.registerTool("open", config, () => ({ content: [] }));
    server.registerTool("shut", config, () => ({ content: [] }));
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const peer = await connected(sdk, server, token);
    const answer = async (name: string): Promise<string> => {
      const params = { name, arguments: { amount: "many" } };
      return textsIn((await peer.request("tools/call", params)).result ?? {}).join("");
    };
    expect(await answer("open")).toContain("`amount`");
    expect(await answer("open")).toContain("engine:args_unparseable");
    expect(await answer("shut")).not.toContain("amount");
  });

  it("spares arguments that a schema converts where the policies are shown them as they came", async () => {
    const world = newWorld();
    world.load({ plan: () => allow() });
    const policyArguments = { plan: { toPolicyArgs: unchanged, fromPolicyArgs: unchanged } };
    const bare = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    const told = guard(sdk.mcpServer(), { enforcer: world.enforcer, policyArguments });
    const when = z.iso.date().transform((text) => new Date(text));
    const days: unknown[] = [];
    for (const server of [bare, told]) {
      server.registerTool("plan", { inputSchema: { when } }, (args: { when: Date }) => {
        days.push(args.when.getUTCDate());
        return { content: [] };
      });
      const { token } = world.keys.issue("ada", ["conformance:use"]);
      const peer = await connected(sdk, server, token);
      await peer.request("tools/call", { name: "plan", arguments: { when: "2026-02-03" } });
    }
    expect(days).toEqual([3]);
    expect(world.decisions("plan")).toEqual(["deny", "allow"]);
  });
});
