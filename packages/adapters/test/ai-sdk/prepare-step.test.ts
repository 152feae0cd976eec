import { generateText, isStepCount, tool } from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import { guardTools, prepareStep } from "../../src/ai-sdk.ts";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { answer, givenResults, scriptedModel } from "./scripted-model.ts";
import { findPerson, openStage } from "./stage.ts";

const call = { tool: "delete_person", args: { name: "Ada" }, callId: "call-1" };

test("a hidden tool that the model names all the same does not exist for the framework", async () => {
  const { world, ada } = openStage({
    find_person: () => allow(),
    delete_person: ({ phase }) => (phase === "list" ? deny("notes_closed") : allow()),
  });
  let runs = 0;
  const delete_person = tool({
    inputSchema: z.object({ name: z.string() }),
    execute: () => ++runs,
  });
  const options = { enforcer: world.enforcer, principal: ada };
  const tools = guardTools({ find_person: findPerson, delete_person }, options);
  const model = scriptedModel([answer(call)]);
  await generateText({
    model,
    prompt: "hello",
    tools,
    stopWhen: isStepCount(2),
    prepareStep: prepareStep({ ...options, tools }),
  });
  expect(runs).toBe(0);
  expect(givenResults(model.doGenerateCalls[1]!).get("call-1")).toContain("find_person");
});

test("the list is made of all tools at each step", async () => {
  let isOpen = false;
  const { world, ada } = openStage({
    find_person: () => allow(),
    delete_person: () => (isOpen ? allow() : deny("notes_closed")),
  });
  const tools = { find_person: findPerson, delete_person: findPerson };
  const step = prepareStep({ enforcer: world.enforcer, principal: ada, tools });
  expect(await step({})).toEqual({ activeTools: ["find_person"] });
  isOpen = true;
  expect(await step({})).toEqual({ activeTools: ["find_person", "delete_person"] });
});

test("each tool is listed for whom its own context names, and for nobody else", async () => {
  const { world, ada } = openStage({
    find_person: ({ subject }) => (subject.id === "ada" ? allow() : deny("not_ada")),
    delete_person: ({ subject }) => (subject.id === "ada" ? allow() : deny("not_ada")),
  });
  const bob = world.keys.issue("bob", ["conformance:use"]).principal;
  const tools = { find_person: findPerson, delete_person: findPerson };
  const step = prepareStep({ enforcer: world.enforcer, tools });
  const toolsContext = { find_person: { principal: ada }, delete_person: { principal: bob } };
  expect(await step({ toolsContext })).toEqual({ activeTools: ["find_person"] });
  expect(await step({})).toEqual({ activeTools: [] });
});
