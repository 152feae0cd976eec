import { Command, Send } from "@langchain/langgraph";
import type { JsonObject } from "@scopeward/core";
import { HumanMessage, tool, ToolMessage } from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { allow } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { guardTool } from "../../src/langchain.ts";
import { harness } from "./harness.ts";

let world: World;

beforeEach(() => {
  world = new World(harness, false);
  redacts({ fields: ["/email"] });
});

afterEach(() => world.close());

const secret = "ada@example.org";
const person = { name: "Ada", email: secret };

function redacts(rules: JsonObject): void {
  const obligations = [{ type: "redact_result", ...rules }];
  world.load({ find: () => allow({ obligations }) });
}

/** What a guarded tool gives that answers so, as the model of an agent calls it. */
async function answerOf(body: () => unknown, fields: object = {}): Promise<unknown> {
  const find = tool(body as never, {
    name: "find",
    description: "finds",
    schema: z.object({}),
    ...fields,
  });
  const guarded = guardTool(find, { enforcer: world.enforcer });
  const { principal } = world.keys.issue("ada", ["conformance:use"]);
  const call = { type: "tool_call", name: "find", args: {}, id: "call-1" };
  return await guarded.invoke(call as never, { context: { principal } });
}

function everythingOf(value: unknown): string {
  return JSON.stringify([value, { ...(value as object) }]);
}

describe("obligations reach", () => {
  test.for([
    ["an object", () => person, {}],
    ["a text that is JSON", () => JSON.stringify(person), {}],
    [
      "both parts of content and artifact",
      () => [JSON.stringify(person), { rows: [person] }],
      {
        responseFormat: "content_and_artifact",
      },
    ],
    ["a message", () => messageOf("kept"), {}],
    [
      "the messages of a command",
      () => new Command({ update: { messages: [messageOf("kept")] } }),
      {},
    ],
    ["the other updates of a command", () => new Command({ update: { found: [person] } }), {}],
    [
      "a command's updates as pairs",
      () => new Command({ update: [["messages", [messageOf("kept")]]] }),
      {},
    ],
    [
      "a command that says where to go",
      () => new Command({ goto: "end", update: { found: person } }),
      {},
    ],
  ] as const)("%s", async ([, body, fields]) => {
    const answer = await answerOf(body, fields);
    expect(everythingOf(answer)).toContain("Ada");
    expect(everythingOf(answer)).not.toContain(secret);
    expect(world.outcomes("find")).toEqual(["succeeded"]);
  });

  test("a copy: what the tool keeps is as it was", async () => {
    const own = messageOf("kept");
    const answer = await answerOf(() => own);
    expect(answer).toBeInstanceOf(ToolMessage);
    expect(answer).toMatchObject({ tool_call_id: "call-1", status: "success", id: "kept" });
    expect(everythingOf(own)).toContain(secret);
  });

  test("a command that is still one", async () => {
    const messages = [new HumanMessage(JSON.stringify(person)), messageOf("kept")];
    const answer = await answerOf(
      () => new Command({ goto: ["a", "b"], graph: Command.PARENT, update: { messages } }),
    );
    expect(answer).toBeInstanceOf(Command);
    expect(answer).toMatchObject({ goto: ["a", "b"], graph: Command.PARENT });
    const { update } = answer as { update: { messages: unknown[] } };
    expect(update.messages[0]).toBeInstanceOf(HumanMessage);
    expect(update.messages[1]).toBeInstanceOf(ToolMessage);
  });
});

describe("a result is withheld", () => {
  test.for([
    [
      "that sends something to another node",
      (): unknown => new Command({ goto: new Send("next", person) }),
    ],
    ["that is an instance of a class", (): unknown => ({ found: new Map([["email", secret]]) })],
    ["that is a text in which no field can be found", (): unknown => `her address is ${secret}`],
  ] as const)("%s", async ([, body]) => {
    const answer = await answerOf(body);
    expect(answer).toMatchObject({ status: "error" });
    expect(everythingOf(answer)).toContain("engine:obligation_failed");
    expect(everythingOf(answer)).not.toContain(secret);
    expect(world.outcomes("find")).toEqual(["withheld"]);
  });
});

describe("a tool that is a generator", () => {
  test("has its progress and its result redacted", async () => {
    redacts({ pattern: "[a-z]+@example[.]org" });
    const { answer, events } = await followed(finding);
    expect(answer).toMatchObject({ content: JSON.stringify({ name: "Ada", email: "[redacted]" }) });
    expect(events).toEqual([{ found: 1, email: "[redacted]" }, "half way"]);
    expect(world.outcomes("find")).toEqual(["succeeded"]);
  });

  test.for<[unknown]>([[undefined], [""], ["done"], [{ done: true }]])(
    "gives %o as the result",
    async ([result]) => {
      world.load({ find: () => allow() });
      async function* body(): AsyncGenerator<unknown, unknown> {
        yield "one";
        yield {};
        return result;
      }
      const { answer, events } = await followed(body);
      const content = typeof result === "object" ? JSON.stringify(result) : (result ?? "");
      expect(answer).toMatchObject({ status: "success", content });
      expect(events).toEqual(["one", {}]);
    },
  );

  test("tells what is withheld in its midst as a deny", async () => {
    async function* body(): AsyncGenerator<unknown, unknown> {
      yield { found: 1 };
      return `her address is ${secret}`;
    }
    const { answer } = await followed(body);
    expect(answer).toMatchObject({ status: "error" });
    expect(everythingOf(answer)).toContain("engine:obligation_failed");
    expect(everythingOf(answer)).not.toContain(secret);
    expect(world.outcomes("find")).toEqual(["withheld"]);
  });

  test("runs with its principal at hand, and its own errors pass", async () => {
    const subjects: unknown[] = [];
    async function* body(): AsyncGenerator<unknown, unknown> {
      yield { found: 1 };
      subjects.push(world.enforcer.currentPrincipal()?.subject.id);
      throw new RangeError("the index is gone");
    }
    await expect(followed(body)).rejects.toThrow(RangeError);
    expect(subjects).toEqual(["ada"]);
    expect(world.outcomes("find")).toEqual(["failed"]);
  });
});

function messageOf(id: string): ToolMessage {
  return new ToolMessage({
    id,
    content: JSON.stringify(person),
    artifact: { rows: [person] },
    metadata: { person },
    tool_call_id: "call-1",
    status: "success",
    additional_kwargs: { person },
  });
}

async function* finding(): AsyncGenerator<unknown, unknown> {
  yield { found: 1, email: secret };
  yield "half way";
  return person;
}

/** What the callbacks of the run are told. */
async function followed(body: () => unknown): Promise<{ answer: unknown; events: unknown[] }> {
  const events: unknown[] = [];
  const callbacks = [{ handleToolEvent: (event: unknown) => events.push(event) }];
  return { answer: await answerOf(body, { callbacks }), events };
}
