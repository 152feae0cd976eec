import {
  Client,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { afterEach, describe, expect, it } from "vitest";
import type { Decision } from "@scopeward/core";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import type { AuthInfo, GuardServerOptions } from "../../src/mcp.ts";
import { guardServer } from "../../src/mcp.ts";
import { harnessV1 } from "./harness-v1.ts";
import { denialIn, textsIn } from "./server-session.ts";

const closing: (() => Promise<void>)[] = [];
const versions = ["2025-11-25", "2026-07-28"] as const;

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const scopeMissing: Decision = {
  ...deny("scope:missing"),
  missingScopes: ["notes:write", "notes:all"],
};

function newWorld(): World {
  const world = new World(harnessV1, false);
  closing.push(() => world.close());
  return world;
}

interface Served {
  readonly client: Client;
  /** All that the server answered with. */
  readonly responses: Response[];
}

/** A guarded server behind `createMcpHandler`, with what the application's bearer gate says. */
async function serve(
  version: (typeof versions)[number],
  authInfo: AuthInfo | undefined,
  options: GuardServerOptions,
): Promise<Served> {
  const handler = createMcpHandler(() => {
    const server = new McpServer(
      { name: "notes", version: "1.0.0" },
      { cacheHints: { "tools/list": { cacheScope: "public", ttlMs: 60_000 } } },
    );
    guardServer(server, options);
    const config = { inputSchema: z.object({ text: z.string() }) };
    server.registerTool("write_note", config, () => ({
      content: [{ type: "text", text: "kept" }],
    }));
    server.registerResource("diary", "file:///diary", {}, () => ({ contents: [] }));
    return server;
  });
  closing.push(() => handler.close());
  const responses: Response[] = [];
  const gate =
    authInfo === undefined ? {} : { authInfo: { clientId: "ada", scopes: [], ...authInfo } };
  const transport = new StreamableHTTPClientTransport(new URL("http://notes.example/mcp"), {
    fetch: async (url, init) => {
      const response = await handler.fetch(new Request(url, init), gate);
      responses.push(response.clone());
      return response;
    },
  });
  const client = new Client(
    { name: "ada", version: "1.0.0" },
    version === "2026-07-28" ? { versionNegotiation: { mode: { pin: version } } } : {},
  );
  await client.connect(transport);
  closing.push(() => client.close());
  return { client, responses };
}

const call = { name: "write_note", arguments: { text: "hello" } };

describe.each(versions)("over HTTP and protocol %s", (version) => {
  it("a missing scope is a challenge that names the first one, and the client tells it", async () => {
    const world = newWorld();
    world.load({ write_note: () => scopeMissing });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const { client, responses } = await serve(version, { token }, { enforcer: world.enforcer });
    const refused = await client.callTool(call).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InsufficientScopeError);
    const challenge = responses.at(-1);
    expect(challenge?.status).toBe(403);
    expect(challenge?.headers.get("www-authenticate")).toBe(
      'Bearer error="insufficient_scope", error_description="the key lacks a scope that this call needs", scope="notes:write"',
    );
    expect(world.decisions("write_note")).toEqual(["deny"]);
  });

  it("a missing scope for a resource is challenged as well", async () => {
    const world = newWorld();
    world.load({ "resources/read": () => scopeMissing });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const { client } = await serve(version, { token }, { enforcer: world.enforcer });
    const read = client.readResource({ uri: "file:///diary" });
    await expect(read).rejects.toBeInstanceOf(InsufficientScopeError);
  });

  it("any other denial is a result, with one decision on it", async () => {
    const world = newWorld();
    world.load({ write_note: ({ phase }) => (phase === "list" ? allow() : deny("closed")) });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const { client, responses } = await serve(version, { token }, { enforcer: world.enforcer });
    expect(denialIn(await client.callTool(call))).toEqual({ codes: ["closed"] });
    expect(responses.at(-1)?.status).toBe(200);
    expect(world.decisions("write_note")).toEqual(["deny"]);
  });

  it("a scope that is missing at the call alone is a result", async () => {
    const world = newWorld();
    world.load({ write_note: ({ phase }) => (phase === "list" ? allow() : scopeMissing) });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const { client } = await serve(version, { token }, { enforcer: world.enforcer });
    expect(denialIn(await client.callTool(call))).toEqual({
      codes: ["scope:missing"],
      missingScopes: ["notes:write", "notes:all"],
    });
  });

  it("nobody borrows the principal of the connection", async () => {
    const world = newWorld();
    world.load({ write_note: () => allow() });
    const { token, principal } = world.keys.issue("ada", ["conformance:use"]);
    for (const own of [{ token }, { principal }]) {
      const options = { enforcer: world.enforcer, ...own };
      const { client } = await serve(version, undefined, options);
      expect(denialIn(await client.callTool(call))).toEqual({ codes: ["key:malformed"] });
      await expect(client.listTools()).rejects.toThrow(/key:malformed/u);
    }
  });

  it("whoever the application put at hand is the caller", async () => {
    const world = newWorld();
    world.load({ write_note: () => allow() });
    const { principal } = world.keys.issue("ada", ["conformance:use"]);
    const { enforcer } = world;
    const { client } = await serve(version, undefined, { enforcer });
    const result = await enforcer.withPrincipal(principal, () => client.callTool(call));
    expect(textsIn(result)).toEqual(["kept"]);
  });

  it("a token that is unknown opens nothing, and is in no answer", async () => {
    const world = newWorld();
    world.load({ write_note: () => allow() });
    const token = "a-token-that-nobody-issued";
    const { client } = await serve(version, { token }, { enforcer: world.enforcer });
    const result = await client.callTool(call);
    expect(denialIn(result)).toEqual({ codes: ["key:unknown"] });
    expect(JSON.stringify(result)).not.toContain(token);
  });
});

describe("a list of protocol 2026-07-28", () => {
  it("is the caller's own for every cache, whatever the server says of its lists", async () => {
    const world = newWorld();
    world.load({ write_note: () => allow() });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const { client, responses } = await serve(
      "2026-07-28",
      { token },
      { enforcer: world.enforcer },
    );
    await client.listTools();
    const text = (await responses.at(-1)?.text()) ?? "";
    expect(text).toContain('"cacheScope":"private"');
    expect(text).not.toContain('"public"');
  });
});
