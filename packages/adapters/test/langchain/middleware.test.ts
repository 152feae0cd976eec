import { createAgent, createMiddleware, tool, toolRetryMiddleware } from "langchain";
import type { AgentMiddleware, DynamicStructuredTool } from "langchain";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { Identity } from "../../src/conformance/harness.ts";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { guardTool, scopewardMiddleware } from "../../src/langchain.ts";
import { harness } from "./harness.ts";
import { ScriptedModel } from "./scripted-model.ts";

let world: World;
let ada: Identity;

beforeEach(() => {
  world = new World(harness, false);
  ada = world.keys.issue("ada", ["conformance:use"]);
});

afterEach(() => world.close());

const noArguments = z.object({});
const question = { messages: [{ role: "user", content: "go on" }] };
const calls = [{ name: "note", args: {}, id: "call-1" }];

function bareTool(name: string, body: () => unknown = () => name): DynamicStructuredTool {
  return tool(body, { name, description: name, schema: noArguments }) as never;
}

function guardedTool(name: string, body?: () => unknown): DynamicStructuredTool {
  return guardTool(bareTool(name, body), { enforcer: world.enforcer });
}

interface Setting {
  readonly model?: ScriptedModel;
  readonly tools?: readonly (DynamicStructuredTool | Record<string, unknown>)[];
  readonly before?: readonly AgentMiddleware[];
  readonly caller?: Identity | undefined;
}

/** Asks an agent once. */
async function asked(setting: Setting): Promise<ScriptedModel> {
  const { model = new ScriptedModel({ calls }), tools = [], before = [] } = setting;
  const scopeward = scopewardMiddleware({ enforcer: world.enforcer, models: false });
  const middleware: AgentMiddleware[] = [...before, scopeward];
  const agent = createAgent({ model, tools: [...tools], middleware });
  const { principal } = "caller" in setting ? (setting.caller ?? {}) : ada;
  await agent.invoke(question, { context: { principal } });
  return model;
}

describe("who calls", () => {
  test("has to be in the context, or the program does not compile", () => {
    const agent = createAgent({
      model: new ScriptedModel(),
      middleware: [scopewardMiddleware({ enforcer: world.enforcer })],
    });
    type Config = NonNullable<Parameters<typeof agent.invoke>[1]>;
    expectTypeOf<{ context: { principal: Identity["principal"] } }>().toExtend<Config>();
    expectTypeOf<{ configurable: { thread_id: string } }>().not.toExtend<Config>();
    expectTypeOf<{ context: { principal: string } }>().not.toExtend<Config>();
  });

  test("need not be where the middleware was made for somebody", async () => {
    const { principal } = ada;
    const agent = createAgent({
      model: new ScriptedModel({ calls }),
      tools: [guardTool(bareTool("note"), { enforcer: world.enforcer, principal })],
      middleware: [scopewardMiddleware({ enforcer: world.enforcer, principal, models: false })],
    });
    world.load({ note: () => allow() });
    const { messages } = await agent.invoke(question);
    expect(messages.map(({ text }) => text)).toContain("note");
  });

  test("is nobody where the context is empty: nothing is offered, and nothing runs", async () => {
    world.load({ note: () => allow() });
    const { seen } = await asked({ tools: [guardedTool("note")], caller: undefined });
    expect(seen.offered[0]).toEqual([]);
    expect(seen.resultOf("call-1")).toContain("key:malformed");
  });
});

describe("what is offered", () => {
  test("is found anew from all tools at each step", async () => {
    let isOpen = false;
    world.load({
      note: () => allow(),
      later: ({ phase }) => (phase === "call" || isOpen ? allow() : deny("not_yet")),
    });
    const tools = [guardedTool("note", () => (isOpen = true)), guardedTool("later")];
    const { seen } = await asked({ tools });
    expect(seen.offered).toEqual([["note"], ["note", "later"]]);
    expect(world.entries("decision").filter(({ event }) => event === "tool_list")).toHaveLength(2);
  });

  test("is none of the tools that nobody guarded, whatever policy says", async () => {
    world.load({ note: () => allow(), bare: () => allow() });
    const { seen } = await asked({ tools: [guardedTool("note"), bareTool("bare")] });
    expect(seen.offered[0]).toEqual(["note"]);
  });

  test.for([
    ["its type", { type: "web_search_20250305", name: "note" }, "web_search_20250305"],
    ["its only member", { googleSearch: {} }, "googleSearch"],
  ] as const)("holds a provider's tool where policy names %s", async ([, provided, name]) => {
    world.load({ note: () => allow() });
    expect(
      (await asked({ model: new ScriptedModel(), tools: [provided] })).seen.offered[0],
    ).toEqual([]);
    world.load({ [name]: () => allow() });
    expect(
      (await asked({ model: new ScriptedModel(), tools: [provided] })).seen.offered[0],
    ).toHaveLength(1);
  });
});

describe("a tool that nobody guarded", () => {
  test("does not run, and leaves a decision and an outcome", async () => {
    const ran: unknown[] = [];
    world.load({ note: () => allow() });
    const { seen } = await asked({ tools: [bareTool("note", () => ran.push(1))] });
    expect(seen.resultOf("call-1")).toContain("not guarded");
    expect(ran).toEqual([]);
    expect(world.decisions("note")).toEqual(["allow"]);
    expect(world.outcomes("note")).toEqual(["failed"]);
  });

  test("is denied with the policy's own codes where it says no", async () => {
    world.load({ note: () => deny("closed") });
    const { seen } = await asked({ tools: [bareTool("note")] });
    expect(seen.resultOf("call-1")).toContain("closed");
  });

  test("does not run in the place of a guarded one, if the middleware is last", async () => {
    const ran: unknown[] = [];
    world.load({ note: () => allow() });
    const swap = createMiddleware({
      name: "swap",
      wrapToolCall: (request, handler) =>
        handler({ ...request, tool: bareTool("note", () => ran.push(1)) }),
    });
    const { seen } = await asked({ tools: [guardedTool("note")], before: [swap] });
    expect(seen.resultOf("call-1")).toContain("not guarded");
    expect(ran).toEqual([]);
  });
});

describe("an error of a tool", () => {
  test("is seen by a middleware that tries again; each try is decided", async () => {
    let tries = 0;
    world.load({ note: () => allow() });
    const note = guardedTool("note", () => {
      tries += 1;
      return tries === 1 ? fails() : "kept";
    });
    const retry = toolRetryMiddleware({ maxRetries: 1, initialDelayMs: 0, jitter: false });
    const { seen } = await asked({ tools: [note], before: [retry] });
    expect(seen.resultOf("call-1")).toBe("kept");
    expect(world.decisions("note")).toEqual(["allow", "allow"]);
    expect(world.outcomes("note")).toEqual(["failed", "succeeded"]);
  });

  test.for([
    ["an error", new RangeError("the notebook is full")],
    ["an abort of its own", new DOMException("took too long", "AbortError")],
    ["a text", "the notebook is full"],
  ] as const)("is told the model in the words that it has without us: %s", async ([, thrown]) => {
    const body = (): never => {
      throw thrown as Error;
    };
    world.load({ note: () => allow() });
    const bare = new ScriptedModel({ calls });
    await createAgent({ model: bare, tools: [bareTool("note", body)] }).invoke(question);
    const { seen } = await asked({ tools: [guardedTool("note", body)] });
    expect(bare.seen.resultOf("call-1")).toContain("Please fix your mistakes.");
    expect(seen.resultOf("call-1")).toBe(bare.seen.resultOf("call-1"));
    expect(world.outcomes("note")).toEqual(["failed"]);
  });
});

function fails(): never {
  throw new RangeError("the notebook is full");
}
