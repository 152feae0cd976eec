import type { JsonObject } from "@scopeward/core";
import { describe, expect, test } from "vitest";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { Wire } from "./transport-wire.ts";

const roots = { roots: [{ uri: "file:///notes" }] };
const call = { name: "write_note", arguments: { text: "a" } };

async function asked(wire: Wire, method: string): Promise<void> {
  await wire.fromServer({ jsonrpc: "2.0", id: 7, method, params: {} });
  await wire.settle();
}

async function answered(wire: Wire, result: JsonObject): Promise<void> {
  await wire.fromClient({ jsonrpc: "2.0", id: 7, result });
  await wire.settle();
}

describe("a question of the server", () => {
  test.for(["roots/list", "elicitation/create", "sampling/createMessage"])(
    "%s is not put unless the policies offer it",
    async (method) => {
      const wire = new Wire();
      await asked(wire, method);
      expect(wire.client).toEqual([]);
      expect(wire.server).toMatchObject([{ id: 7, error: { code: -32_003 } }]);
    },
  );

  test("is put where they offer it, and the answer is decided on as its arguments", async () => {
    const wire = new Wire();
    wire.policy.load({ "roots/list": () => allow() });
    await asked(wire, "roots/list");
    expect(wire.client).toEqual([{ jsonrpc: "2.0", id: 7, method: "roots/list", params: {} }]);
    await answered(wire, roots);
    expect(wire.policy.requests.at(-1)).toMatchObject({ phase: "call", args: roots });
    expect(wire.server).toEqual([{ jsonrpc: "2.0", id: 7, result: roots }]);
  });

  test("has an answer that is denied kept from the server", async () => {
    const wire = new Wire();
    wire.policy.load({
      "roots/list": ({ phase }) => (phase === "list" ? allow() : deny("root_not_open")),
    });
    await asked(wire, "roots/list");
    await answered(wire, { roots: [{ uri: "file:///" }] });
    expect(wire.server).toMatchObject([{ id: 7, error: { data: { codes: ["root_not_open"] } } }]);
    expect(JSON.stringify(wire.server)).not.toContain("file:///");
  });

  test("that is a ping passes both ways", async () => {
    const wire = new Wire();
    await asked(wire, "ping");
    await answered(wire, {});
    expect(wire.client).toEqual([{ jsonrpc: "2.0", id: 7, method: "ping", params: {} }]);
    expect(wire.server).toEqual([{ jsonrpc: "2.0", id: 7, result: {} }]);
    expect(wire.policy.requests).toEqual([]);
  });

  test("that the client answers with an error has that error", async () => {
    const wire = new Wire();
    wire.policy.load({ "roots/list": () => allow() });
    await asked(wire, "roots/list");
    await wire.fromClient({ jsonrpc: "2.0", id: 7, error: { code: 1, message: "no" } });
    await wire.settle();
    expect(wire.server).toEqual([{ jsonrpc: "2.0", id: 7, error: { code: 1, message: "no" } }]);
  });
});

describe("a result that asks for input", () => {
  const question = { method: "elicitation/create", params: { mode: "form", message: "which?" } };
  const inputRequired = {
    resultType: "input_required",
    inputRequests: { which: question },
    requestState: "state",
  };
  const answer = { action: "accept", content: { which: "b" } };
  const retry = { ...call, inputResponses: { which: answer }, requestState: "state" };

  test("is denied unless the policies offer the question", async () => {
    const wire = new Wire();
    wire.policy.load({ write_note: () => allow() });
    const result = await wire.exchange(1, "tools/call", call, inputRequired);
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain("scope:unknown");
    await wire.ask(2, "tools/call", retry);
    expect(wire.answered(2)).toMatchObject({ code: -32_602 });
    expect(wire.server).toHaveLength(1);
  });

  test("passes where they do; the answers are decided on, and go on with the state", async () => {
    const wire = new Wire();
    const lower = { action: "accept", content: { which: "a" } };
    wire.policy.load({
      write_note: () => allow(),
      "elicitation/create": ({ phase }) => (phase === "list" ? allow() : allow({ args: lower })),
    });
    expect(await wire.exchange(1, "tools/call", call, inputRequired)).toEqual(inputRequired);
    await wire.ask(2, "tools/call", { ...retry, other: 1 });
    expect(wire.server.at(-1)).toEqual({
      jsonrpc: "2.0",
      id: 2,
      method: "tools/call",
      params: { ...call, inputResponses: { which: lower }, requestState: "state" },
    });
    // An answer is for one question.
    await wire.answer(2, { content: [] });
    await wire.ask(3, "tools/call", retry);
    expect(wire.answered(3)).toMatchObject({ code: -32_602 });
  });

  test.for(["initialize", "server/discover", "ping", "resources/unsubscribe", "tools/list"])(
    "is an error where it answers %s, and no answer to it passes",
    async (method) => {
      const wire = new Wire();
      wire.policy.load({ "elicitation/create": () => allow() });
      const result = await wire.exchange(1, method, {}, { ...inputRequired, tools: [] });
      expect(result).toMatchObject({ code: -32_000 });
      expect(JSON.stringify(wire.client)).not.toContain("which?");
      await wire.ask(2, method, { inputResponses: { which: answer } });
      expect(JSON.stringify(wire.server)).not.toContain("accept");
    },
  );

  test("has no answer of another call, and none that nobody asked for", async () => {
    const wire = new Wire();
    const names = ["write_note", "delete_note", "elicitation/create"];
    wire.policy.load(Object.fromEntries(names.map((name) => [name, () => allow()])));
    await wire.exchange(1, "tools/call", call, inputRequired);
    await wire.ask(2, "tools/call", { ...retry, name: "delete_note" });
    await wire.ask(3, "tools/call", { ...retry, inputResponses: { other: answer } });
    await wire.ask(4, "tools/call", { ...retry, inputResponses: [answer] });
    for (const id of [2, 3, 4]) expect(wire.answered(id)).toMatchObject({ code: -32_602 });
    expect(wire.server).toHaveLength(1);
  });

  test("has an answer that is denied keep the call from the server", async () => {
    const wire = new Wire();
    wire.policy.load({
      write_note: () => allow(),
      "elicitation/create": ({ phase }) => (phase === "list" ? allow() : deny("not_that_one")),
    });
    await wire.exchange(1, "tools/call", call, inputRequired);
    await wire.ask(2, "tools/call", retry);
    expect(JSON.stringify(wire.answered(2))).toContain("not_that_one");
    expect(wire.server).toHaveLength(1);
  });

  test("is denied where it asks for what no policy can allow", async () => {
    const wire = new Wire();
    wire.policy.load({ write_note: () => allow(), "tools/call": () => allow() });
    const inputRequests = { which: { method: "tools/call", params: {} } };
    const result = await wire.exchange(1, "tools/call", call, { ...inputRequired, inputRequests });
    expect(JSON.stringify(result)).toContain("engine:input_invalid");
  });
});
