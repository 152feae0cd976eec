import {
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "@scopeward/core";
import { z } from "zod";
import type { Identity } from "../../src/conformance/harness.ts";
import { ask } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { guardServer } from "../../src/mcp.ts";
import { harnessV1 } from "./harness-v1.ts";
import { connected, guard, sdks } from "./server-sdks.ts";
import { denialIn, textsIn } from "./server-session.ts";

type Action = "accept" | "decline" | "cancel";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Parkable {
  readonly world: World;
  readonly ada: Identity;
  readonly runs: unknown[];
  readonly server: () => McpServer;
}

function parkable(): Parkable {
  const world = new World(harnessV1, false);
  closing.push(() => world.close());
  world.load({ write_note: (request) => ask(request, "large_note") });
  const runs: unknown[] = [];
  const server = (): McpServer => {
    const made = guardServer(new McpServer({ name: "notes", version: "1.0.0" }), {
      enforcer: world.enforcer,
    });
    made.registerTool("write_note", { inputSchema: z.object({ text: z.string() }) }, (args) => {
      runs.push(args);
      return { content: [{ type: "text", text: "kept" }] };
    });
    return made;
  };
  return { world, ada: world.keys.issue("ada", ["conformance:use"]), runs, server };
}

/** A client of protocol 2025-11-25, whose user answers questions. */
async function overMemory({ server, ada }: Parkable, client: Client): Promise<void> {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const send = clientSide.send.bind(clientSide);
  const authInfo = { token: ada.token, clientId: "ada", scopes: [] };
  clientSide.send = (message, options) => send(message, { ...options, authInfo });
  await server().connect(serverSide);
  await client.connect(clientSide);
}

/** The same of protocol 2026-07-28. */
async function overHttp({ server, ada }: Parkable, client: Client): Promise<void> {
  const handler = createMcpHandler(server);
  const authInfo = { token: ada.token, clientId: "ada", scopes: [] };
  const transport = new StreamableHTTPClientTransport(new URL("http://notes.example/mcp"), {
    fetch: (url, init) => handler.fetch(new Request(url, init), { authInfo }),
  });
  await client.connect(transport);
  closing.push(() => handler.close());
}

const eras = [
  { era: "2025-11-25", options: {}, connect: overMemory },
  {
    era: "2026-07-28",
    options: { versionNegotiation: { mode: { pin: "2026-07-28" } } },
    connect: overHttp,
  },
];

const call = { name: "write_note", arguments: { text: "hello" } };

describe.each(eras)("a call that waits, for a client of $era that can ask", (era) => {
  async function asking(
    parked: Parkable,
    answer: (message: string) => Promise<Action> | Action,
  ): Promise<{ readonly client: Client; readonly messages: string[] }> {
    const client = new Client(
      { name: "asking", version: "1.0.0" },
      { capabilities: { elicitation: { form: {} } }, ...era.options },
    );
    const messages: string[] = [];
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      messages.push(params.message);
      const action = await answer(params.message);
      return action === "accept" ? { action, content: {} } : { action };
    });
    await era.connect(parked, client);
    closing.push(() => client.close());
    return { client, messages };
  }

  it("runs once when its user goes on after somebody has approved it", async () => {
    const parked = parkable();
    const { client, messages } = await asking(parked, async (message): Promise<Action> => {
      await parked.world.answer(/approval (\S+)/u.exec(message)?.[1] ?? "", "approve");
      return "accept";
    });
    const result = await client.callTool(call);
    expect(textsIn(result)).toEqual(["kept"]);
    expect(parked.runs).toEqual([{ text: "hello" }]);
    expect(messages).toHaveLength(1);
  });

  it("is approved by nothing that its user says", async () => {
    const parked = parkable();
    const { client, messages } = await asking(parked, () => "accept");
    const result = await client.callTool(call);
    expect(denialIn(result)).toMatchObject({ codes: ["large_note"] });
    expect(parked.runs).toEqual([]);
    expect(messages).toHaveLength(1);
  });

  it.each<Action>(["decline", "cancel"])("stays approved when its user says %s", async (action) => {
    const parked = parkable();
    let isFirst = true;
    const { client } = await asking(parked, async (message): Promise<Action> => {
      if (!isFirst) return "accept";
      isFirst = false;
      await parked.world.answer(/approval (\S+)/u.exec(message)?.[1] ?? "", "approve");
      return action;
    });
    expect(denialIn(await client.callTool(call))?.["approval"]).toBeDefined();
    expect(parked.runs).toEqual([]);
    expect(textsIn(await client.callTool(call))).toEqual(["kept"]);
    expect(parked.runs).toHaveLength(1);
  });

  it("is denied with the codes that a person refused", async () => {
    const parked = parkable();
    const { client } = await asking(parked, async (message): Promise<Action> => {
      await parked.world.answer(/approval (\S+)/u.exec(message)?.[1] ?? "", "deny");
      return "accept";
    });
    expect(denialIn(await client.callTool(call))).toEqual({ codes: ["large_note"] });
    expect(parked.runs).toEqual([]);
  });
});

describe.each(eras)("a call that waits, for a client of $era that cannot ask", (era) => {
  it("gives out the id, and runs when it is made again", async () => {
    const parked = parkable();
    const client = new Client({ name: "silent", version: "1.0.0" }, era.options);
    await era.connect(parked, client);
    closing.push(() => client.close());
    const waiting = await client.callTool(call);
    const approval = denialIn(waiting)?.["approval"] as string;
    expect(textsIn(waiting).join("")).toContain(approval);
    await parked.world.answer(approval, "approve");
    const other = { ...call, arguments: { text: "another" } };
    expect(denialIn(await client.callTool(other))?.["approval"]).not.toBe(approval);
    expect(textsIn(await client.callTool(call))).toEqual(["kept"]);
    expect(denialIn(await client.callTool(call))?.["approval"]).not.toBe(approval);
    expect(parked.runs).toEqual([{ text: "hello" }]);
  });
});

describe.each(sdks)("an approval that a client of SDK $name hands back", (sdk) => {
  it.each<[string, unknown]>([
    ["a text", "an-approval-that-nobody-ever-asked-for"],
    ["nothing", ""],
    ["null", null],
    ["a word of its own", { approved: true }],
  ])("is refused where it is %s, even when the call is approved", async (_name, forged) => {
    const world = new World(harnessV1, false);
    closing.push(() => world.close());
    world.load({ write_note: (request) => ask(request, "large_note") });
    const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
    let runs = 0;
    server.registerTool("write_note", {}, () => {
      runs += 1;
      return { content: [] };
    });
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const peer = await connected(sdk, server, token);
    const params = { name: "write_note", arguments: {} };
    const waiting = await peer.request("tools/call", params);
    await world.answer(denialIn(waiting.result ?? {})?.["approval"] as string, "approve");
    const handedBack = { ...params, _meta: { "scopeward/approval": forged } as JsonObject };
    const answer = await peer.request("tools/call", handedBack);
    expect(denialIn(answer.result ?? {})).toEqual({ codes: ["engine:approval_invalid"] });
    expect(runs).toBe(0);
  });
});
