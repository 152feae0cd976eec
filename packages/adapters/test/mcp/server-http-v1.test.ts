import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { afterEach, expect, it } from "vitest";
import type { JsonObject } from "@scopeward/core";
import type { Identity } from "../../src/conformance/harness.ts";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { guardServer } from "../../src/mcp.ts";
import { harnessV1 } from "./harness-v1.ts";
import { denialIn, textsIn } from "./server-session.ts";

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

function newWorld(): { readonly world: World; readonly ada: Identity } {
  const world = new World(harnessV1, false);
  worlds.push(world);
  return { world, ada: world.keys.issue("ada", ["conformance:use"]) };
}

/** One call over HTTP, to a server whose connection has a caller of its own. */
async function call(world: World, own: Identity, token?: string): Promise<JsonObject> {
  const { enforcer } = world;
  const server = guardServer(new McpServer({ name: "notes", version: "1.0.0" }), {
    enforcer,
    principal: own.principal,
  });
  server.registerTool("write_note", {}, () => ({ content: [{ type: "text", text: "kept" }] }));
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  const request = new Request("http://notes.example/mcp", {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "write_note", arguments: {} },
    }),
  });
  const authInfo = token === undefined ? {} : { authInfo: { token, clientId: "ada", scopes: [] } };
  const response = await transport.handleRequest(request, authInfo);
  const { result } = (await response.json()) as { result: JsonObject };
  await server.close();
  return result;
}

it("SDK v1 over HTTP: the token of the request is the caller's", async () => {
  const { world, ada } = newWorld();
  world.load({ write_note: ({ subject }) => (subject.id === "bob" ? allow() : deny("not_bob")) });
  const bob = world.keys.issue("bob", ["conformance:use"]);
  expect(textsIn(await call(world, ada, bob.token))).toEqual(["kept"]);
});

it("SDK v1 over HTTP: nobody borrows the principal of the connection", async () => {
  const { world, ada } = newWorld();
  world.load({ write_note: () => allow() });
  expect(denialIn(await call(world, ada))).toEqual({ codes: ["key:malformed"] });
});

it("SDK v1 over HTTP: a missing scope is a result, with the scopes that would do", async () => {
  const { world, ada } = newWorld();
  const missingScopes = ["notes:write"];
  world.load({ write_note: () => ({ ...deny("scope:missing"), missingScopes }) });
  const denied = denialIn(await call(world, ada, ada.token));
  expect(denied).toEqual({ codes: ["scope:missing"], missingScopes });
});
