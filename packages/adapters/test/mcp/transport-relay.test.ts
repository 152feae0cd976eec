import { describe, expect, test } from "vitest";
import { allow } from "../../src/conformance/scripted-policy.ts";
import { GuardedTransportError } from "../../src/mcp.ts";
import { Wire } from "./transport-wire.ts";

const ok = { content: [{ type: "text", text: "ok" }] };
const call = { name: "write_note", arguments: { text: "a" } };
const open = { write_note: () => allow() };

function codeOf(error: unknown): string | undefined {
  return GuardedTransportError.is(error) ? error.code : undefined;
}

describe("methods", () => {
  test.for(["initialize", "server/discover", "ping", "resources/unsubscribe"])(
    "%s passes undecided",
    async (method) => {
      const wire = new Wire();
      await wire.ask(1, method, { uri: "a" });
      expect(wire.methods()).toEqual([method]);
      expect(wire.policy.requests).toEqual([]);
    },
  );

  test("a server does not say that it has tasks, and says that its lists may change", async () => {
    const wire = new Wire();
    const capabilities = { tasks: {}, tools: {}, prompts: { listChanged: false }, logging: {} };
    const result = await wire.exchange(1, "initialize", {}, { capabilities, instructions: "hi" });
    expect(result).toEqual({
      capabilities: { tools: { listChanged: true }, prompts: { listChanged: true }, logging: {} },
      instructions: "hi",
    });
  });
});

describe("ids", () => {
  test("of two types are two", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.ask(1, "tools/call", call);
    await wire.ask("1", "tools/call", call);
    await wire.answer("1", { content: [] });
    expect(wire.client).toMatchObject([{ id: "1", result: { content: [] } }]);
    await wire.answer(1, ok);
    expect(wire.client[1]).toEqual({ jsonrpc: "2.0", id: 1, result: ok });
  });

  test("that are under way are not used again", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.ask(1, "tools/call", call);
    const again = wire.fromClient({ jsonrpc: "2.0", id: 1, method: "ping" });
    expect(codeOf(await again.catch((error: unknown) => error))).toBe("duplicate_id");
    expect(wire.server).toHaveLength(1);
    expect(wire.client).toEqual([]);
  });

  test("that were given up are not used again before their answer, which is dropped", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.ask(1, "tools/call", call);
    await wire.fromClient(cancelled(1));
    await wire.settle();
    const again = wire.fromClient({ jsonrpc: "2.0", id: 1, method: "ping" });
    expect(codeOf(await again.catch((error: unknown) => error))).toBe("duplicate_id");
    await wire.fromServer({ jsonrpc: "2.0", id: 1, result: ok });
    await wire.settle();
    expect(wire.client).toEqual([]);
    await wire.ask(1, "ping");
    expect(wire.methods().at(-1)).toBe("ping");
  });

  test("that nobody asked under are not answered, and none is answered twice", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.fromServer({ jsonrpc: "2.0", id: 1, result: ok });
    await wire.fromClient({ jsonrpc: "2.0", id: 1, result: {} });
    expect(wire.client.length + wire.server.length).toBe(0);
    await wire.exchange(1, "tools/call", call, ok);
    await wire.fromServer({ jsonrpc: "2.0", id: 1, result: { content: [] } });
    await wire.settle();
    expect(wire.client).toEqual([{ jsonrpc: "2.0", id: 1, result: ok }]);
  });

  test("are not answered before they are asked", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    void wire.fromClient({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call });
    await wire.fromServer({ jsonrpc: "2.0", id: 1, result: { content: [] } });
    await wire.until(() => wire.server.length === 1);
    await wire.settle();
    expect(wire.client).toEqual([]);
    await wire.answer(1, ok);
    expect(wire.answered(1)).toEqual(ok);
  });

  test("are bounded: more than 1,024 requests at once are refused", async () => {
    const wire = new Wire();
    for (let id = 0; id < 1024; id++) {
      void wire.fromClient({ jsonrpc: "2.0", id, method: "ping" });
    }
    await wire.ask(1024, "ping");
    await wire.settle();
    expect(wire.answered(1024)).toMatchObject({ code: -32_000 });
    expect(wire.server).toHaveLength(1024);
  });
});

test.for([
  ["a batch", [{ jsonrpc: "2.0", id: 1, method: "tools/call", params: call }]],
  ["another version", { jsonrpc: "1.0", id: 1, method: "tools/call", params: call }],
  ["an id that is null", { jsonrpc: "2.0", id: null, method: "tools/call", params: call }],
  ["params that are a list", { jsonrpc: "2.0", id: 1, method: "tools/call", params: [call] }],
  ["a request that is an answer too", { jsonrpc: "2.0", id: 1, method: "ping", result: {} }],
  ["an answer of both kinds", { jsonrpc: "2.0", id: 1, result: {}, error: {} }],
  ["a text", "ping"],
] as const)("%s is no message, and goes nowhere", async ([, message]) => {
  const wire = new Wire();
  wire.policy.load(open);
  const sent = wire.fromClient(message);
  expect(codeOf(await sent.catch((error: unknown) => error))).toBe("invalid_message");
  await wire.fromServer(message);
  await wire.settle();
  expect(wire.errors.map(codeOf)).toEqual(["invalid_message"]);
  expect(wire.client.length + wire.server.length).toBe(0);
});

describe("cancellation", () => {
  test("of a call that is decided on keeps it from the server", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    const sent = wire.fromClient({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call });
    await wire.fromClient(cancelled(1));
    await sent;
    await wire.settle();
    expect(wire.server).toEqual([]);
    expect(wire.client).toEqual([]);
  });

  test("of a call that runs passes, and its outcome is aborted", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.ask(1, "tools/call", call);
    await wire.fromClient(cancelled(1));
    await wire.settle();
    expect(wire.methods()).toEqual(["tools/call", "notifications/cancelled"]);
    expect(wire.client).toEqual([]);
    const outcomes = wire.audit.entries.filter(({ type }) => type === "outcome");
    expect(outcomes).toMatchObject([{ status: "aborted" }]);
  });

  test("of a call that is denied leaves it without an answer", async () => {
    const wire = new Wire();
    const sent = wire.fromClient({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call });
    await wire.fromClient(cancelled(1));
    await sent;
    expect(wire.client).toEqual([]);
  });

  test("before anything was sent keeps even a ping from the server", async () => {
    const wire = new Wire();
    const requestSignal = AbortSignal.abort();
    await wire.fromClient({ jsonrpc: "2.0", id: 1, method: "ping" }, { requestSignal });
    expect(wire.client.length + wire.server.length).toBe(0);
  });

  test("by the end of a stream is the same", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    const stream = new AbortController();
    await wire.ask(1, "tools/call", call, { requestSignal: stream.signal });
    stream.abort();
    await wire.settle();
    const outcomes = wire.audit.entries.filter(({ type }) => type === "outcome");
    expect(outcomes).toMatchObject([{ status: "aborted" }]);
  });

  test("of what is not under way does not pass", async () => {
    const wire = new Wire();
    await wire.fromClient(cancelled(1));
    expect(wire.server).toEqual([]);
  });

  test("comes with the end of the connection", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.ask(1, "tools/call", call);
    await wire.transport.close();
    await wire.settle();
    expect(wire.audit.entries.filter(({ type }) => type === "outcome")).toHaveLength(1);
  });
});

describe("notifications of the server", () => {
  test("progress passes for what is under way alone", async () => {
    const wire = new Wire();
    wire.policy.load(open);
    await wire.ask(1, "tools/call", { ...call, _meta: { progressToken: "p" } });
    await wire.fromServer(progress("q"));
    expect(wire.client).toEqual([]);
    await wire.fromServer(progress("p"));
    expect(wire.client).toEqual([progress("p")]);
    await wire.answer(1, ok);
    await wire.fromServer(progress("p"));
    expect(wire.client).toHaveLength(2);
  });

  test("progress shows no text of a call whose result is redacted", async () => {
    const wire = new Wire();
    const redact = { type: "redact_result", pattern: "ada", replacement: "-" };
    wire.policy.load({ write_note: () => allow({ obligations: [redact] }) });
    await wire.ask(1, "tools/call", { ...call, _meta: { progressToken: "p" } });
    await wire.fromServer(progress("p"));
    expect(wire.client).toMatchObject([{ params: { progressToken: "p", progress: 1 } }]);
    expect(JSON.stringify(wire.client)).not.toContain("ada");
  });

  test("progress of a call whose result is redacted is not taken for that of another", async () => {
    const wire = new Wire();
    const redact = { type: "redact_result", pattern: "ada", replacement: "-" };
    const hidden = { write_note: () => allow({ obligations: [redact] }) };
    wire.policy.load({ ...hidden, search_notes: () => allow() });
    const shown = { name: "search_notes", arguments: {}, _meta: { progressToken: "p" } };
    await wire.ask(1, "tools/call", shown);
    await wire.ask(2, "tools/call", { ...call, _meta: { progressToken: "p" } });
    expect(wire.answered(2)).toMatchObject({ code: -32_602 });
    await wire.answer(1, ok);
    await wire.ask(3, "tools/call", { ...call, _meta: { progressToken: "p" } });
    await wire.fromClient(cancelled(3));
    await wire.ask(4, "tools/call", shown);
    expect(wire.answered(4)).toMatchObject({ code: -32_602 });
    await wire.fromServer(progress("p"));
    expect(JSON.stringify(wire.client)).not.toContain("ada");
    // Its answer, which nobody waits for any more, is the last that is told of it.
    await wire.fromServer({ jsonrpc: "2.0", id: 3, result: ok });
    await wire.ask(5, "tools/call", shown);
    expect(wire.server.at(-1)).toMatchObject({ id: 5 });
  });

  test("the log passes once the client may have it", async () => {
    const wire = new Wire();
    const line = { jsonrpc: "2.0", method: "notifications/message", params: { level: "info" } };
    await wire.fromServer(line);
    await wire.ask(1, "logging/setLevel", { level: "info" });
    await wire.fromServer(line);
    expect(wire.client).toHaveLength(1);
    wire.policy.load({ "logging/setLevel": () => allow() });
    await wire.exchange(2, "logging/setLevel", { level: "info" }, {});
    await wire.fromServer(line);
    expect(wire.client.at(-1)).toEqual(line);
  });

  test("an update of a resource passes once the client may watch one", async () => {
    const wire = new Wire();
    const method = "notifications/resources/updated";
    const update = { jsonrpc: "2.0", method, params: { uri: "note:1" } };
    await wire.fromServer(update);
    expect(wire.client).toEqual([]);
    wire.policy.load({ "resources/subscribe": () => allow() });
    await wire.exchange(1, "resources/subscribe", { uri: "note:1" }, {});
    await wire.fromServer(update);
    expect(wire.client.at(-1)).toEqual(update);
  });
});

describe("a change of the policies", () => {
  test("is told of the lists that the server has", async () => {
    const wire = new Wire();
    await wire.tellOfChange();
    expect(wire.client).toEqual([]);
    await wire.exchange(1, "initialize", {}, { capabilities: { tools: {}, resources: {} } });
    await wire.tellOfChange();
    expect(wire.client.slice(1)).toEqual([
      { jsonrpc: "2.0", method: "notifications/tools/list_changed" },
      { jsonrpc: "2.0", method: "notifications/resources/list_changed" },
    ]);
  });

  test("is told on the streams that listen for it, in the later era", async () => {
    const wire = new Wire();
    await wire.ask("listen", "subscriptions/listen", { notifications: { toolsListChanged: true } });
    await wire.tellOfChange();
    expect(wire.client).toEqual([
      {
        jsonrpc: "2.0",
        method: "notifications/tools/list_changed",
        params: { _meta: { "io.modelcontextprotocol/subscriptionId": "listen" } },
      },
    ]);
  });
});

function progress(token: string): object {
  const params = { progressToken: token, progress: 1, message: "read ada@example.org" };
  return { jsonrpc: "2.0", method: "notifications/progress", params };
}

function cancelled(requestId: number): object {
  return { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } };
}
