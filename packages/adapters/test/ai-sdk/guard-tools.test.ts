import { generateText, isStepCount, streamText, tool, ToolLoopAgent } from "ai";
import type { ToolSet } from "ai";
import { convertReadableStreamToArray } from "ai/test";
import type { Principal } from "@scopeward/sdk";
import { describe, expect, expectTypeOf, it, test } from "vitest";
import { z } from "zod";
import { AdapterError, guardTools, prepareStep, toolApproval } from "../../src/ai-sdk.ts";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { answer, givenResults, scriptedModel } from "./scripted-model.ts";
import { findPerson, openStage, redacting } from "./stage.ts";

const call = { tool: "find_person", args: { name: "Ada" }, callId: "call-1" };
const stopWhen = isStepCount(2);

async function results(tools: ToolSet, more: object = {}): Promise<ReadonlyMap<string, string>> {
  const model = scriptedModel([answer(call)]);
  await generateText({ model, prompt: "hello", tools, stopWhen, ...more });
  return givenResults(model.doGenerateCalls[1]!);
}

test("types stay what they were", () => {
  const { world, ada } = openStage({});
  const bare = { find_person: findPerson };
  const guarded = guardTools(bare, { enforcer: world.enforcer, principal: ada });
  expectTypeOf(guarded).toEqualTypeOf(bare);
});

test("who calls is held to who is at hand, where both are of one key", async () => {
  const seen: (readonly string[])[] = [];
  const { world } = openStage({
    find_person: ({ key }) => {
      seen.push(key.scopes);
      return allow();
    },
  });
  const { enforcer } = world;
  const { principal } = world.keys.issue("carol", ["conformance:use", "notes:read"]);
  const tools = guardTools({ find_person: findPerson }, { enforcer, principal });
  const narrow = principal.attenuate({ scopes: ["conformance:use"] });
  await enforcer.withPrincipal(narrow, async () => await results(tools));
  await results(tools);
  expect(seen).toEqual([["conformance:use"], ["conformance:use", "notes:read"]]);
});

test("what is no own enumerable member of a tool stays", () => {
  const { world } = openStage({});
  const marked = Object.defineProperty({ ...findPerson }, "mark", { value: 1 });
  const parent = { parent: true };
  Object.setPrototypeOf(marked, parent);
  const { each } = guardTools({ each: marked }, { enforcer: world.enforcer });
  expect(each).toHaveProperty("mark", 1);
  expect(Object.getPrototypeOf(each)).toBe(parent);
});

describe("a denied call", () => {
  test("is a text that the model reads, and an error that tells itself from the tool's own", async () => {
    const { world, ada } = openStage({ find_person: () => deny("notes_closed") });
    const tools = guardTools(
      { find_person: findPerson },
      { enforcer: world.enforcer, principal: ada },
    );
    const model = scriptedModel([answer(call)]);
    const { steps } = await generateText({ model, prompt: "hello", tools, stopWhen });
    expect(givenResults(model.doGenerateCalls[1]!).get("call-1")).toContain("notes_closed");
    const failed = steps[0]!.content.find(({ type }) => type === "tool-error");
    const error = failed?.type === "tool-error" ? failed.error : undefined;
    expect(AdapterError.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "denied", denial: { codes: ["notes_closed"] } });
  });

  test("is shown to a client as well", async () => {
    const { world, ada } = openStage({ find_person: () => deny("notes_closed") });
    const tools = guardTools(
      { find_person: findPerson },
      { enforcer: world.enforcer, principal: ada },
    );
    const model = scriptedModel([answer(call)]);
    const run = streamText({ model, prompt: "hello", tools, stopWhen });
    const chunks = await convertReadableStreamToArray(run.toUIMessageStream());
    expect(chunks).toContainEqual(
      expect.objectContaining({
        type: "tool-output-error",
        errorText: expect.stringContaining("notes_closed") as string,
      }),
    );
  });
});

describe("a result", () => {
  test("that is plain stays plain", async () => {
    const { world, ada } = openStage({ find_person: () => allow() });
    const tools = guardTools(
      { find_person: findPerson },
      { enforcer: world.enforcer, principal: ada },
    );
    const model = scriptedModel([answer(call)]);
    const run = streamText({ model, prompt: "hello", tools, stopWhen });
    const chunks = await convertReadableStreamToArray(run.stream);
    expect(chunks.filter(({ type }) => type === "tool-result")).toHaveLength(1);
  });

  test("that streams goes on to stream", async () => {
    const { world, ada } = openStage({ find_person: () => allow() });
    expect(await preliminaryResults(world, ada)).toEqual([{ done: 1 }, { done: 2 }]);
  });

  test("that streams and is to be redacted comes once it is whole", async () => {
    const { world, ada } = openStage({ find_person: redacting("field") });
    expect(await preliminaryResults(world, ada)).toEqual([{ done: 2 }]);
  });

  test("is redacted before the tool turns it into what the model reads", async () => {
    const { world, ada } = openStage({ find_person: redacting("field") });
    const seen: unknown[] = [];
    const find_person = tool({
      ...findPerson,
      toModelOutput: ({ output }) => {
        seen.push(output);
        return { type: "text", value: output.name };
      },
    });
    await results(guardTools({ find_person }, { enforcer: world.enforcer, principal: ada }));
    expect(seen).toEqual([{ name: "Ada" }]);
  });

  test("of a function that returns a stream without saying so is its last piece", async () => {
    const { world, ada } = openStage({ find_person: () => allow() });
    const find_person = {
      ...findPerson,
      execute: () => counting(),
    };
    const tools = guardTools<ToolSet>(
      { find_person },
      { enforcer: world.enforcer, principal: ada },
    );
    expect((await results(tools)).get("call-1")).toBe('{"done":2}');
  });
});

describe("who calls", () => {
  const contextual = tool({
    inputSchema: z.object({ name: z.string() }),
    contextSchema: z.object({ principal: z.custom<Principal>() }),
    execute: ({ name }) => Promise.resolve({ name }),
  });

  test("is found in the context of the tool", async () => {
    const { world, ada } = openStage({ find_person: () => allow() });
    const tools = guardTools({ find_person: contextual }, { enforcer: world.enforcer });
    const model = scriptedModel([answer(call)]);
    const toolsContext = { find_person: { principal: ada } };
    await generateText({ model, prompt: "hello", tools, stopWhen, toolsContext });
    expect(givenResults(model.doGenerateCalls[1]!).get("call-1")).toBe('{"name":"Ada"}');
    expect(world.policy.requests[0]?.subject.id).toBe("ada");
  });

  test("is not whoever a context claims to be", async () => {
    const { world, ada } = openStage({ find_person: () => allow() });
    const tools = guardTools({ find_person: contextual }, { enforcer: world.enforcer });
    const model = scriptedModel([answer(call)]);
    const toolsContext = { find_person: { principal: { ...ada } } };
    await generateText({ model, prompt: "hello", tools, stopWhen, toolsContext });
    expect(givenResults(model.doGenerateCalls[1]!).get("call-1")).toContain("key:malformed");
  });

  it.each(["generateText", "streamText"])("is at hand around `%s`", async (how) => {
    const { world, ada } = openStage({ find_person: () => allow() });
    const tools = guardTools({ find_person: findPerson }, { enforcer: world.enforcer });
    const model = scriptedModel([answer(call)]);
    await world.enforcer.withPrincipal(ada, async () => {
      if (how === "generateText") await generateText({ model, prompt: "hello", tools, stopWhen });
      else await streamText({ model, prompt: "hello", tools, stopWhen }).consumeStream();
    });
    expect(world.policy.requests[0]?.subject.id).toBe("ada");
  });
});

describe("in an agent", () => {
  test("all four guards stand, and the context is required at compile time", async () => {
    const { world, ada } = openStage({ find_person: () => allow() });
    const contextual = tool({
      inputSchema: z.object({ name: z.string() }),
      contextSchema: z.object({ principal: z.custom<Principal>() }),
      execute: ({ name }) => Promise.resolve({ name }),
    });
    const { enforcer } = world;
    const tools = guardTools({ find_person: contextual }, { enforcer });
    const model = scriptedModel([answer(call)]);
    const agent = new ToolLoopAgent({
      model,
      tools,
      toolsContext: { find_person: { principal: ada } },
      toolApproval: toolApproval({ enforcer }),
      prepareStep: prepareStep({ enforcer, tools }),
    });
    const { text } = await agent.generate({ prompt: "hello" });
    expect(text).toBe("done");
    expect(givenResults(model.doGenerateCalls[1]!).get("call-1")).toBe('{"name":"Ada"}');
    expect(world.decisions("find_person")).toEqual(["allow"]);
  });

  test("one that a tool runs has the caller's principal at hand, or a narrower one", async () => {
    const { world, ada } = openStage({ delegate: () => allow(), find_person: () => allow() });
    const { enforcer } = world;
    const inner = guardTools({ find_person: findPerson }, { enforcer });
    const delegate = tool({
      inputSchema: z.object({ name: z.string() }),
      execute: async () => {
        const options = { prompt: "hello", tools: inner, stopWhen };
        await generateText({ ...options, model: scriptedModel([answer(call)]) });
        const actor = { type: "agent", id: "helper" };
        await enforcer.withPrincipal(ada.attenuate({ actor }), async () => {
          await generateText({ ...options, model: scriptedModel([answer(call)]) });
        });
        return "delegated";
      },
    });
    const outer = guardTools({ delegate }, { enforcer, principal: ada });
    const execution = { toolCallId: "outer", messages: [], context: {} };
    expect(await outer.delegate.execute({ name: "Ada" }, execution)).toBe("delegated");
    const asked = world.policy.requests.filter(({ action }) => action.name === "find_person");
    expect(asked.map(({ actors = [] }) => actors.map(({ id }) => id))).toEqual([[], ["helper"]]);
  });
});

test("input that is no plain JSON needs to be told to policies, and comes back as it was", async () => {
  const { world, ada } = openStage({ find_person: () => allow() });
  const born: unknown[] = [];
  const find_person = tool({
    inputSchema: z.object({ name: z.string().transform((text) => new Date(text)) }),
    execute: ({ name }) => born.push(name),
  });
  const options = { enforcer: world.enforcer, principal: ada };
  const dated = { ...call, args: { name: "1815-12-10T00:00:00.000Z" } };
  const run = async (tools: ToolSet): Promise<string | undefined> => {
    const model = scriptedModel([answer(dated)]);
    await generateText({ model, prompt: "hello", tools, stopWhen });
    return givenResults(model.doGenerateCalls[1]!).get("call-1");
  };
  expect(await run(guardTools({ find_person }, options))).toContain("engine:args_unparseable");
  const policyArgs = {
    find_person: {
      toPolicyArgs: (args: unknown) => ({ name: (args as { name: Date }).name.toISOString() }),
      fromPolicyArgs: ({ name }: { readonly name?: unknown }) => ({ name: new Date(String(name)) }),
    },
  };
  await run(guardTools({ find_person }, { ...options, policyArgs }));
  expect(born).toEqual([new Date("1815-12-10")]);
});

async function* counting(): AsyncGenerator<{ readonly done: number }> {
  for (const done of [1, 2]) {
    await Promise.resolve();
    yield { done };
  }
}

async function preliminaryResults(
  { enforcer }: ReturnType<typeof openStage>["world"],
  principal: Principal,
): Promise<unknown[]> {
  const find_person = tool({
    inputSchema: z.object({ name: z.string() }),
    async *execute() {
      yield* counting();
    },
  });
  const tools = guardTools({ find_person }, { enforcer, principal });
  const run = streamText({
    model: scriptedModel([answer(call)]),
    prompt: "hello",
    tools,
    stopWhen,
  });
  const chunks = await convertReadableStreamToArray(run.stream);
  return chunks.flatMap((chunk) =>
    chunk.type === "tool-result" && chunk.preliminary === true ? [chunk.output] : [],
  );
}
