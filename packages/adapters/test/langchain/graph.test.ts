import {
  Command,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { AIMessage, createAgent, tool, ToolMessage } from "langchain";
import type { DynamicStructuredTool, ToolRuntime } from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Identity } from "../../src/conformance/harness.ts";
import { allow, ask, deny } from "../../src/conformance/scripted-policy.ts";
import { approvalMs, World } from "../../src/conformance/world.ts";
import { guardTool, scopewardMiddleware } from "../../src/langchain.ts";
import type { ApprovalInterrupt } from "../../src/langchain.ts";
import { harness } from "./harness.ts";
import { ScriptedModel } from "./scripted-model.ts";
import type { ModelToolCall } from "./scripted-model.ts";

let world: World;
let ada: Identity;

beforeEach(() => {
  world = new World(harness, false);
  ada = world.keys.issue("ada", ["conformance:use", "notes:read"]);
});

afterEach(() => world.close());

const noArguments = z.object({});
const question = { messages: [{ role: "user", content: "go on" }] };
const thread = { configurable: { thread_id: "thread-1" } };

function toolNamed(name: string, body: () => unknown): DynamicStructuredTool<typeof noArguments> {
  const made = tool(body, { name, description: name, schema: noArguments });
  return guardTool(made, { enforcer: world.enforcer }) as never;
}

/** Two tools, of which one waits for a person, and how often each ran. */
function siblings(): { tools: DynamicStructuredTool<typeof noArguments>[]; ran: string[] } {
  const ran: string[] = [];
  world.load({ quick: () => allow(), asked: (request) => ask(request, "large") });
  const tools = ["quick", "asked"].map((name) => toolNamed(name, () => ran.push(name) && name));
  return { tools, ran };
}

const bothCalls: readonly ModelToolCall[] = ["quick", "asked"].map((name) => ({
  name,
  args: {},
  id: `call-${name}`,
}));

/** A thread of ada's, as agents and as graphs are told. */
function run(): object {
  const { principal } = ada;
  return { context: { principal }, configurable: { ...thread.configurable, principal } };
}

interface Interrupted {
  readonly __interrupt__?: readonly { readonly id: string; readonly value: ApprovalInterrupt }[];
}

/** What a run that was interrupted gives out. */
function waitingOf(state: unknown): ApprovalInterrupt {
  const [first] = (state as Interrupted)["__interrupt__"] ?? [];
  if (first === undefined) throw new TypeError("nothing waits");
  return first.value;
}

describe("an agent", () => {
  function agentWith(version: "v1" | "v2"): { agent: AgentLike; ran: string[] } {
    const { tools, ran } = siblings();
    const agent = createAgent({
      model: new ScriptedModel({ calls: bothCalls }),
      tools,
      middleware: [scopewardMiddleware({ enforcer: world.enforcer, models: false })],
      checkpointer: new MemorySaver(),
      version,
    });
    return { agent: agent as unknown as AgentLike, ran };
  }

  interface AgentLike {
    invoke(input: unknown, config: object): Promise<{ readonly messages: readonly AIMessage[] }>;
  }

  test("that waits gives out the approval's id and what it is about, and no arguments", async () => {
    const { agent } = agentWith("v2");
    const value = waitingOf(await agent.invoke(question, run()));
    expect(Object.keys(value).toSorted()).toEqual([
      "approval",
      "callId",
      "codes",
      "expiresAt",
      "message",
      "target",
    ]);
    expect(value).toMatchObject({ target: "asked", callId: "call-asked", codes: ["large"] });
  });

  test("runs what stands beside a parked call once", async () => {
    const { agent, ran } = agentWith("v2");
    const { approval } = waitingOf(await agent.invoke(question, run()));
    expect(ran).toEqual(["quick"]);
    await world.answer(approval, "approve");
    const { messages } = await agent.invoke(new Command({ resume: approval }), run());
    expect(ran).toEqual(["quick", "asked"]);
    expect(messages.at(-1)?.text).toBe("done");
  });

  test("is not let go on by anything but the id, though a person said yes", async () => {
    for (const forged of [
      "yes",
      "",
      true,
      { approved: true },
      { decisions: [{ type: "approve" }] },
    ]) {
      const { agent, ran } = agentWith("v2");
      const { approval } = waitingOf(await agent.invoke(question, run()));
      await world.answer(approval, "approve");
      await agent.invoke(new Command({ resume: forged }), run());
      expect(ran).toEqual(["quick"]);
      world.clock.step(approvalMs);
    }
  });

  // `createAgent({ version: "v1" })` and `ToolNode` run all calls of a message in one task.
  test("of version 1 runs what stands beside a parked call again, decided anew", async () => {
    const { agent, ran } = agentWith("v1");
    const { approval } = waitingOf(await agent.invoke(question, run()));
    await world.answer(approval, "approve");
    await agent.invoke(new Command({ resume: approval }), run());
    expect(ran).toEqual(["quick", "quick", "asked"]);
    expect(world.decisions("quick")).toEqual(["allow", "allow"]);
  });

  test("without a checkpointer tells the model of the approval", async () => {
    const { tools, ran } = siblings();
    const model = new ScriptedModel({ calls: bothCalls });
    const middleware = [scopewardMiddleware({ enforcer: world.enforcer, models: false })];
    const agent = createAgent({ model, tools, middleware });
    await agent.invoke(question, { context: { principal: ada.principal } });
    expect(ran).toEqual(["quick"]);
    expect(model.seen.resultOf("call-asked")).toMatch(/large.*approval [\w-]{22,}/su);
  });
});

describe("a tool that waits for a person and interrupts by itself", () => {
  test("is not given the approval's id as its own answer, and runs to its end by none", async () => {
    const answers: unknown[] = [];
    world.load({ asked: (request) => ask(request, "large") });
    const both = toolNamed("asked", () => answers.push(interrupt("are you sure?")));
    const model = new ScriptedModel({ calls: bothCalls.filter(({ name }) => name === "asked") });
    const agent = createAgent({
      model,
      tools: [both],
      middleware: [scopewardMiddleware({ enforcer: world.enforcer, models: false })],
      checkpointer: new MemorySaver(),
    });
    const { approval } = waitingOf(await agent.invoke(question, run() as never));
    await world.answer(approval, "approve");
    const state = await agent.invoke(new Command({ resume: approval }), run() as never);
    expect(waitingOf(state)).toBe("are you sure?");
    expect(world.outcomes("asked")).toEqual(["interrupted"]);
    await agent.invoke(new Command({ resume: "yes" }), run() as never);
    expect(model.seen.resultOf("call-asked")).toContain("engine:approval_invalid");
    expect(answers).toEqual([]);
  });
});

describe("a ToolNode", () => {
  function graphOf(tools: DynamicStructuredTool<typeof noArguments>[]): GraphLike {
    return new StateGraph(MessagesAnnotation)
      .addNode("tools", new ToolNode(tools))
      .addEdge(START, "tools")
      .compile({ checkpointer: new MemorySaver() }) as unknown as GraphLike;
  }

  interface GraphLike {
    invoke(input: unknown, config: object): Promise<{ readonly messages: readonly ToolMessage[] }>;
  }

  test("denies by a message with status error", async () => {
    const { tools, ran } = siblings();
    world.load({ quick: () => deny("closed"), asked: () => allow() });
    const { messages } = await graphOf(tools).invoke(calling(bothCalls), run());
    const [denied, allowed] = messages.filter((message) => ToolMessage.isInstance(message));
    expect(denied).toMatchObject({ status: "error", content: expect.stringContaining("closed") });
    expect(allowed).toMatchObject({ status: "success", content: "asked" });
    expect(ran).toEqual(["asked"]);
  });

  test("parks, and takes the call up again", async () => {
    const { tools, ran } = siblings();
    const graph = graphOf(tools);
    const only = calling(bothCalls.filter(({ name }) => name === "asked"));
    const { approval } = waitingOf(await graph.invoke(only, run()));
    expect(ran).toEqual([]);
    await world.answer(approval, "approve");
    const { messages } = await graph.invoke(new Command({ resume: approval }), run());
    expect(messages.at(-1)).toMatchObject({ content: "asked", status: "success" });
    expect(ran).toEqual(["asked"]);
  });

  test("runs what stands beside a parked call again, decided anew", async () => {
    const { tools, ran } = siblings();
    const graph = graphOf(tools);
    const { approval } = waitingOf(await graph.invoke(calling(bothCalls), run()));
    await world.answer(approval, "approve");
    await graph.invoke(new Command({ resume: approval }), run());
    expect(ran).toEqual(["quick", "quick", "asked"]);
    expect(world.decisions("quick")).toEqual(["allow", "allow"]);
  });
});

test("a ToolNode in which several calls wait runs none of them twice", async () => {
  const { tools, ran } = siblings();
  world.load({
    quick: (request) => ask(request, "large"),
    asked: (request) => ask(request, "large"),
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "tools")
    .compile({ checkpointer: new MemorySaver() });
  let state: unknown = await graph.invoke(calling(bothCalls), run());
  const targets: string[] = [];
  for (let step = 0; step < 4 && Reflect.has(state as object, "__interrupt__"); step++) {
    const { approval, target } = waitingOf(state);
    targets.push(target);
    await world.answer(approval, "approve");
    state = await graph.invoke(new Command({ resume: approval }), run());
  }
  expect(targets).toEqual(["quick", "asked"]);
  const results = (state as { messages: readonly ToolMessage[] }).messages.slice(1);
  // LangGraph dropped what the first one gave when the second one interrupted the step.
  expect(results.map(({ status }) => status)).toEqual(["error", "success"]);
  expect(results[0]?.text).toContain("engine:approval_invalid");
  expect(new Set(ran).size).toBe(ran.length);
});

describe("an agent inside of a guarded tool", () => {
  const subjects: string[] = [];

  beforeEach(() => {
    subjects.length = 0;
    world.load({
      delegate: () => allow(),
      inner: ({ subject, key }) => {
        subjects.push(`${subject.id}: ${key.scopes.join(" ")}`);
        return allow();
      },
    });
  });

  test("calls for whom the outer one calls, where nobody says otherwise", async () => {
    await delegated((asked) => asked());
    expect(subjects).toEqual(["ada: conformance:use notes:read"]);
  });

  test("calls for the narrower principal of its own context", async () => {
    await delegated((asked) => asked({ context: { principal: narrowed() } }));
    expect(subjects).toEqual(["ada: conformance:use"]);
  });

  test("calls for the narrower principal at hand, and not for whom it inherited", async () => {
    await delegated((asked) => world.enforcer.withPrincipal(narrowed(), () => asked()));
    expect(subjects).toEqual(["ada: conformance:use"]);
  });
});

describe("what sees a result before it is redacted", () => {
  const secret = "ada@example.org";
  const person = { name: "Ada", email: secret };

  /** All that the callbacks and streams of one run are told, by where. */
  async function seen(): Promise<Record<string, string>> {
    const obligations = [{ type: "redact_result", fields: ["/email"] }];
    world.load({ find: () => allow({ obligations }) });
    const find = guardTool(
      tool(
        (_args, runtime: ToolRuntime) => {
          runtime.writer?.(person);
          return person;
        },
        { name: "find", description: "finds", schema: noArguments },
      ),
      { enforcer: world.enforcer },
    );
    const told: Record<string, string> = {};
    const tell = (where: string, what: unknown): void => {
      told[where] = `${told[where] ?? ""}${JSON.stringify(what)}`;
    };
    const agent = createAgent({
      model: new ScriptedModel({ calls: [{ name: "find", args: {}, id: "call-1" }] }),
      tools: [find],
      middleware: [scopewardMiddleware({ enforcer: world.enforcer, models: false })],
    });
    const stream = await agent.stream(question, {
      context: { principal: ada.principal },
      callbacks: [{ handleToolEnd: (output: unknown) => tell("callbacks", output) }],
      streamMode: ["values", "updates", "messages", "tools", "custom"],
    });
    for await (const [mode, chunk] of stream as AsyncIterable<[string, unknown]>) tell(mode, chunk);
    return told;
  }

  test("is nothing but what the tool itself writes to the custom stream", async () => {
    const told = await seen();
    expect(told["custom"]).toContain(secret);
    for (const where of ["values", "updates", "messages", "tools", "callbacks"]) {
      expect(told[where], where).toContain("Ada");
      expect(told[where], where).not.toContain(secret);
    }
  });
});

function calling(calls: readonly ModelToolCall[]): object {
  const made = calls.map((call) => ({ ...call, type: "tool_call" as const }));
  return { messages: [new AIMessage({ content: "", tool_calls: made })] };
}

/** Asks an agent whose tool asks another agent, which calls `inner`. */
async function delegated(
  around: (ask: (config?: object) => Promise<unknown>) => unknown,
): Promise<void> {
  const inner = createAgent({
    model: new ScriptedModel({ calls: [{ name: "inner", args: {}, id: "call-inner" }] }),
    tools: [toolNamed("inner", () => "inner")],
  });
  const delegate = toolNamed("delegate", async () => {
    await around((config = {}) => inner.invoke(question, config));
    return "done";
  });
  const outer = createAgent({
    model: new ScriptedModel({ calls: [{ name: "delegate", args: {}, id: "call-outer" }] }),
    tools: [delegate],
    middleware: [scopewardMiddleware({ enforcer: world.enforcer, models: false })],
  });
  await outer.invoke(question, { context: { principal: ada.principal } });
}

function narrowed(): Identity["principal"] {
  return ada.principal.attenuate({ scopes: ["conformance:use"] });
}
