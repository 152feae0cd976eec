import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  createMcpHandler,
  inputRequired,
  inputResponse,
  McpServer,
} from "@modelcontextprotocol/server";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { guardTransport } from "../../src/mcp.ts";
import { denialIn, textsIn } from "./server-session.ts";
import { Wire } from "./transport-wire.ts";

/** A client of the later era, over HTTP, behind a guarded transport. */
async function modernClient(wire: Wire): Promise<{ client: Client; ran: string[] }> {
  const ran: string[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "notes", version: "1.0.0" });
    for (const name of ["write_note", "delete_note"]) {
      const inputSchema = z.object({ text: z.string() });
      server.registerTool(name, { inputSchema }, ({ text }, { mcpReq }) => {
        const answer = inputResponse(mcpReq.inputResponses, "which");
        if (text === "which" && answer.kind === "missing") {
          const requestedSchema = { type: "object" as const, properties: {} };
          return inputRequired({
            inputRequests: { which: inputRequired.elicit({ message: "which?", requestedSchema }) },
          });
        }
        ran.push(`${name} ${text} ${answer.kind}`);
        return { content: [{ type: "text", text }] };
      });
    }
    return server;
  });
  const transport = new StreamableHTTPClientTransport(new URL("http://notes.example/mcp"), {
    fetch: (url, init) => handler.fetch(new Request(url, init)),
  });
  const { enforcer, token } = wire;
  const client = new Client(
    { name: "test", version: "1.0.0" },
    {
      capabilities: { elicitation: { form: {} } },
      versionNegotiation: { mode: { pin: "2026-07-28" } },
    },
  );
  client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: {} }));
  await client.connect(guardTransport(transport, { enforcer, token, side: "client" }));
  onTestFinished(async () => {
    await client.close();
    await handler.close();
  });
  return { client, ran };
}

test("a client of protocol 2026-07-28 over HTTP is guarded", async () => {
  const wire = new Wire();
  wire.policy.load({ write_note: () => allow(), delete_note: () => deny("notes_closed") });
  const { client, ran } = await modernClient(wire);
  expect(client.getProtocolEra()).toBe("modern");
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["write_note"]);
  const allowed = await client.callTool({ name: "write_note", arguments: { text: "a" } });
  expect(textsIn(allowed)).toEqual(["a"]);
  const denied = await client.callTool({ name: "delete_note", arguments: { text: "a" } });
  expect(denialIn(denied)).toEqual({ codes: ["notes_closed"] });
  expect(ran).toEqual(["write_note a missing"]);
});

test("a question in its results is put, and answered, where the policies offer it", async () => {
  const wire = new Wire();
  wire.policy.load({ write_note: () => allow() });
  const { client, ran } = await modernClient(wire);
  const asking = { name: "write_note", arguments: { text: "which" } };
  expect(denialIn(await client.callTool(asking))).toEqual({ codes: ["scope:unknown"] });
  wire.policy.load({ write_note: () => allow(), "elicitation/create": () => allow() });
  expect(textsIn(await client.callTool(asking))).toEqual(["which"]);
  expect(ran).toHaveLength(1);
});

test("what is not about messages is the transport's own", async () => {
  const url = new URL("http://notes.example/mcp");
  const transport = new StreamableHTTPClientTransport(url, { sessionId: "one" });
  const { enforcer, token } = new Wire();
  const guarded = guardTransport(transport, { enforcer, token, side: "client" });
  expect(guarded).toBeInstanceOf(StreamableHTTPClientTransport);
  expect(guarded.sessionId).toBe("one");
  expect(guarded.hasPerRequestStream).toBe(true);
  guarded.setProtocolVersion("2025-11-25");
  expect(transport.protocolVersion).toBe("2025-11-25");
});

test("over HTTP a message is of whose token is in its `authInfo`, and of nobody else", async () => {
  const wire = new Wire({ side: "server" });
  wire.policy.load({
    write_note: ({ subject }) => (subject.id === "bob" ? allow() : deny("not_bob")),
  });
  const bob = wire.keys.issue("bob", ["conformance:use"]);
  wire.transport.onmessage?.(call(1), { authInfo: { token: bob.token } });
  wire.transport.onmessage?.(call(2));
  wire.transport.onmessage?.(call(3), { authInfo: { token: "junk" } });
  wire.transport.onmessage?.(call(4), { requestInfo: { headers: {} } });
  await wire.settle();
  expect(wire.server).toMatchObject([{ id: 1 }]);
  expect(JSON.stringify(wire.answered(2))).toContain("not_bob");
  for (const id of [3, 4]) expect(JSON.stringify(wire.answered(id))).toContain("key:");
});

function call(id: number): object {
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name: "write_note" } };
}
