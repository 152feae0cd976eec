import { describe, expect, test } from "vitest";
import { allow, ask, deny } from "../../src/conformance/scripted-policy.ts";
import { Wire } from "./transport-wire.ts";

const ok = { content: [{ type: "text", text: "ok" }] };
const modern = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };

describe("tools/call", () => {
  test("goes on with the arguments that were decided on, and nothing that nobody knows", async () => {
    const wire = new Wire();
    wire.policy.load({
      write_note: ({ args }) => (args?.["text"] === "b" ? allow() : allow({ args: { text: "b" } })),
    });
    await wire.ask(1, "tools/call", {
      name: "write_note",
      Name: "delete_note",
      arguments: { text: "a" },
      _meta: { progressToken: "p" },
      requestState: "theirs",
    });
    expect(wire.server).toEqual([
      {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: {
          name: "write_note",
          arguments: { text: "b" },
          _meta: { progressToken: "p" },
          requestState: "theirs",
        },
      },
    ]);
  });

  test.for([
    ["a tool that is called like a method", { name: "resources/read", arguments: {} }],
    ["a tool that is called like a question", { name: "roots/list", arguments: {} }],
    ["a task", { name: "write_note", arguments: {}, task: { ttl: 1 } }],
    ["a name that is no text", { name: ["write_note"], arguments: {} }],
    ["arguments that are no object", { name: "write_note", arguments: ["a"] }],
  ] as const)("%s does not reach the server", async ([, params]) => {
    const wire = new Wire();
    wire.policy.load({
      write_note: () => allow(),
      "resources/read": () => allow(),
      "roots/list": () => allow(),
    });
    await wire.ask(1, "tools/call", params);
    expect(wire.answered(1)).toMatchObject({ code: -32_602 });
    expect(wire.server).toEqual([]);
  });

  test("a deny is a result with its codes, complete in the later era", async () => {
    const wire = new Wire();
    wire.policy.load({ write_note: () => deny("notes_closed") });
    await wire.ask(1, "tools/call", { name: "write_note" });
    const denial = { isError: true, _meta: { "scopeward/denial": { codes: ["notes_closed"] } } };
    expect(wire.answered(1)).toMatchObject(denial);
    expect(wire.answered(1)).not.toHaveProperty("resultType");
    await wire.ask(2, "tools/call", { name: "write_note", _meta: modern });
    expect(wire.answered(2)).toMatchObject({ ...denial, resultType: "complete" });
  });

  test("an equal call runs once somebody has approved it, without handing anything back", async () => {
    const wire = new Wire();
    wire.policy.load({
      write_note: (request) => ask(request, "large_note"),
      answer_approval: () => allow(),
    });
    const call = { name: "write_note", arguments: { text: "a" } };
    await wire.ask(1, "tools/call", call);
    const { approval } = denialIn(wire.answered(1));
    await wire.ask(2, "tools/call", call);
    expect(denialIn(wire.answered(2)).approval).toBe(approval);
    const grace = wire.keys.issue("grace", ["conformance:use"]);
    await wire.enforcer.answerApproval({
      id: approval,
      verdict: "approve",
      approver: { token: grace.token },
    });
    expect(await wire.exchange(3, "tools/call", call, ok)).toEqual(ok);
    await wire.ask(4, "tools/call", call);
    expect(denialIn(wire.answered(4)).approval).not.toBe(approval);
    expect(wire.server).toHaveLength(1);
  });

  test("a person who can be asked at once is, and the call goes on", async () => {
    const wire = new Wire();
    const grace = wire.keys.issue("grace", ["conformance:use"]);
    const asked: unknown[] = [];
    wire.approvals.ask = async ({ args }) => {
      asked.push(args);
      return { verdict: "approve", approver: { token: grace.token } };
    };
    wire.policy.load({
      write_note: (request) => ask(request, "large_note"),
      answer_approval: () => allow(),
    });
    const call = { name: "write_note", arguments: { text: "a" } };
    expect(await wire.exchange(1, "tools/call", call, ok)).toEqual(ok);
    expect(asked).toEqual([{ text: "a" }]);
  });

  test("headers that repeat arguments go with them when these are rewritten", async () => {
    const wire = new Wire();
    const carried = { headers: { "Mcp-Param-Text": "a", "x-trace": "1" } };
    wire.policy.load({ write_note: () => allow() });
    const call = { name: "write_note", arguments: { text: "a" } };
    await wire.ask(1, "tools/call", call, carried);
    expect(wire.transport.carried.at(-1)).toEqual(carried);
    wire.policy.load({ write_note: () => allow({ args: { text: "b" } }) });
    await wire.ask(2, "tools/call", call, carried);
    expect(wire.transport.carried.at(-1)).toEqual({ headers: { "x-trace": "1" } });
  });

  test("what the transport to the server throws is thrown to who sends", async () => {
    const wire = new Wire();
    wire.policy.load({ write_note: () => allow() });
    wire.transport.fault = new RangeError("no such host");
    const sent = wire.fromClient({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "write_note" },
    });
    await expect(sent).rejects.toThrow(RangeError);
    const outcomes = wire.audit.entries.filter(({ type }) => type === "outcome");
    expect(outcomes).toMatchObject([{ status: "failed" }]);
  });
});

describe("other methods", () => {
  test.for([
    ["resources/read", { uri: "note:1" }, { uri: "note:1" }],
    ["resources/subscribe", { uri: "note:1" }, { uri: "note:1" }],
    ["prompts/get", { name: "sum", arguments: { a: "1" } }, { name: "sum", arguments: { a: "1" } }],
    [
      "completion/complete",
      { ref: { type: "ref/prompt", name: "sum" }, argument: { name: "a", value: "1" } },
      { ref: { type: "ref/prompt", name: "sum" }, argument: { name: "a", value: "1" } },
    ],
    ["logging/setLevel", { level: "debug" }, { level: "debug" }],
    [
      "subscriptions/listen",
      { notifications: { resourceSubscriptions: ["note:1"] } },
      { notifications: { resourceSubscriptions: ["note:1"] } },
    ],
  ] as const)(
    "%s is decided as the tool that is called like it",
    async ([method, params, args]) => {
      const wire = new Wire();
      await wire.ask(1, method, { ...params, _meta: modern, other: 1 });
      expect(wire.answered(1)).toMatchObject({ code: -32_003, data: { codes: ["scope:unknown"] } });
      expect(wire.server).toEqual([]);
      wire.policy.load({ [method]: () => allow() });
      await wire.ask(2, method, { ...params, _meta: modern, other: 1 });
      expect(wire.policy.requests.at(-1)).toMatchObject({
        action: { type: "tool", name: method },
        args,
      });
      expect(wire.server).toEqual([
        { jsonrpc: "2.0", id: 2, method, params: { ...args, _meta: modern } },
      ]);
    },
  );

  test.for([
    ["resources/read", { uri: "file:///notes/../etc" }, { uri: "file:///etc" }],
    [
      "subscriptions/listen",
      { notifications: { resourceSubscriptions: ["file:///notes/%2e%2e/etc"] } },
      { notifications: { resourceSubscriptions: ["file:///etc"] } },
    ],
  ] as const)("%s is decided on with the normal form of a URI", async ([method, params, args]) => {
    const wire = new Wire();
    wire.policy.load({ [method]: () => allow() });
    await wire.ask(1, method, params);
    expect(wire.policy.requests.at(-1)?.args).toEqual(args);
    expect(wire.server).toMatchObject([{ params: args }]);
    await wire.ask(2, "resources/read", { uri: "no uri" });
    expect(wire.server).toHaveLength(1);
  });

  test("a prefix tells the tools and methods of one server from those of another", async () => {
    const wire = new Wire({ prefix: "notes." });
    wire.policy.load({ "notes.write_note": () => allow(), "notes.resources/read": () => allow() });
    await wire.ask(1, "tools/call", { name: "write_note" });
    await wire.ask(2, "resources/read", { uri: "note:1" });
    expect(wire.server).toMatchObject([
      { params: { name: "write_note" } },
      { params: { uri: "note:1" } },
    ]);
  });
});

describe("lists", () => {
  const tools = ["write_note", "delete_note", "resources/read"].map((name) => ({ name }));

  test("hold the tools that may be used, on every page, for this client alone", async () => {
    const wire = new Wire();
    wire.policy.load({
      write_note: () => allow(),
      delete_note: () => deny("notes_closed"),
      "resources/read": () => allow(),
    });
    await wire.ask(1, "tools/list", { cursor: "2", other: 1 });
    expect(wire.server).toEqual([
      { jsonrpc: "2.0", id: 1, method: "tools/list", params: { cursor: "2" } },
    ]);
    await wire.answer(1, {
      tools: [...tools, { name: 1 }, null],
      nextCursor: "3",
      ttlMs: 60_000,
      cacheScope: "public",
    });
    expect(wire.answered(1)).toEqual({
      tools: [{ name: "write_note" }],
      nextCursor: "3",
      ttlMs: 0,
      cacheScope: "private",
    });
  });

  test.for([
    ["resources/list", "resources", "resources/read"],
    ["resources/templates/list", "resourceTemplates", "resources/read"],
    ["prompts/list", "prompts", "prompts/get"],
  ] as const)("%s is empty where nothing of it may be used", async ([method, member, tool]) => {
    const wire = new Wire();
    const list = { [member]: [{ name: "a" }], nextCursor: "2" };
    expect(await wire.exchange(1, method, {}, list)).toEqual({ [member]: [] });
    wire.policy.load({ [tool]: () => allow() });
    expect(await wire.exchange(2, method, {}, list)).toEqual(list);
  });

  test("that are none are an error", async () => {
    const wire = new Wire();
    expect(await wire.exchange(1, "tools/list", {}, { tools: "all" })).toMatchObject({
      code: -32_000,
    });
  });
});

interface DenialData {
  readonly approval: string;
}

function denialIn(result: object): DenialData {
  const { _meta: meta } = result as { readonly _meta: { readonly "scopeward/denial": DenialData } };
  return meta["scopeward/denial"];
}
