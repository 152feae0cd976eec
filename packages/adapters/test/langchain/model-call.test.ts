import { Command, MemorySaver } from "@langchain/langgraph";
import type { Decision } from "@scopeward/core";
import { createAgent } from "langchain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Identity } from "../../src/conformance/harness.ts";
import { allow, ask, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { AdapterError, scopewardMiddleware } from "../../src/langchain.ts";
import type { ApprovalInterrupt, ModelNaming } from "../../src/langchain.ts";
import { harness } from "./harness.ts";
import { ScriptedModel } from "./scripted-model.ts";
import type { ScriptedModelFields } from "./scripted-model.ts";

let world: World;
let ada: Identity;

beforeEach(() => {
  world = new World(harness, false);
  ada = world.keys.issue("ada", ["conformance:use"]);
});

afterEach(() => world.close());

const question = { messages: [{ role: "user", content: "go on" }] };

/** Asks an agent of the model once. */
async function asked(model: ScriptedModel, models?: ModelNaming): Promise<ScriptedModel> {
  const named = models === undefined ? {} : { models };
  const middleware = [scopewardMiddleware({ enforcer: world.enforcer, ...named })];
  const agent = createAgent({ model, middleware });
  await agent.invoke(question, { context: { principal: ada.principal } });
  return model;
}

describe("a call of a model", () => {
  const named: ScriptedModelFields = { model: "atlas", maxTokens: 4_096, temperature: 0.5 };

  async function modelAsked(
    says: (args: unknown) => Decision,
    fields = named,
  ): Promise<ScriptedModel> {
    world.load({}, { atlas: ({ args }) => says(args) });
    return await asked(new ScriptedModel(fields));
  }

  test("is decided by its name, with what the model was made with", async () => {
    const seen: unknown[] = [];
    await modelAsked((args) => {
      seen.push(args);
      return allow();
    });
    expect(seen).toEqual([{ max_tokens: 4_096, temperature: 0.5 }]);
    expect(world.policy.requests[0]).toMatchObject({
      action: { type: "model", name: "chat" },
      resource: { type: "model", id: "atlas" },
    });
    expect(world.outcomes("chat")).toEqual(["succeeded"]);
  });

  test("that is denied ends the run with an error that has the codes", async () => {
    const error: unknown = await modelAsked(() => deny("closed")).catch((each: unknown) => each);
    const { cause } = error as Error;
    expect(AdapterError.is(cause)).toBe(true);
    expect(cause).toMatchObject({ code: "denied", denial: { codes: ["closed"] } });
  });

  test("of a model without a name is denied, unless it is named for it", async () => {
    const { model: _name, ...nameless } = named;
    await expect(modelAsked(() => allow(), nameless)).rejects.toThrow("may not be called");
    world.load({}, { mine: () => allow() });
    await asked(new ScriptedModel(nameless), () => "mine");
    expect(world.outcomes("chat")).toEqual(["succeeded"]);
  });

  test("is made with the parameters that a policy rewrote, by a model made anew", async () => {
    const { seen } = await modelAsked(() =>
      allow({ args: { max_tokens: 1_024, temperature: 0.5 } }),
    );
    expect(seen.settings.map(({ made }) => made)).toEqual([1_024]);
  });

  test.for([4_096, 100, -1, undefined])(
    "of a model with the limit %s is made within the one that an obligation sets",
    async (maxTokens) => {
      const obligations = [{ type: "max_output_tokens", limit: 256 }];
      const fields = maxTokens === undefined ? {} : { maxTokens };
      const { seen } = await modelAsked(() => allow({ obligations }), {
        model: "atlas",
        ...fields,
      });
      expect(seen.settings.map(({ made }) => made)).toEqual([maxTokens === 100 ? 100 : 256]);
    },
  );

  test("does not run where its model cannot be made within the limit", async () => {
    // One that takes nothing when it is made.
    class Fixed extends ScriptedModel {
      constructor() {
        super(named);
      }
    }
    const model = new Fixed();
    world.load({}, { atlas: () => allow({ args: { max_tokens: 1, temperature: 0.5 } }) });
    await expect(asked(model)).rejects.toMatchObject({ cause: { code: "parameters_unsupported" } });
    expect(model.seen.messages).toEqual([]);
  });

  test("of a model that the run's configuration chooses is decided by that one", async () => {
    const chosen = new ScriptedModel({ model: "chosen" });
    class Configurable extends ScriptedModel {
      // The name of LangChain's own member.
      readonly ["_getModelInstance"] = async (): Promise<ScriptedModel> => chosen;
    }
    world.load({}, { atlas: () => deny("other"), chosen: () => allow() });
    await asked(new Configurable(named));
    expect(chosen.seen.messages).toHaveLength(1);
  });

  test("has its answer redacted", async () => {
    const obligations = [{ type: "redact_result", pattern: "d[o]ne" }];
    world.load({}, { atlas: () => allow({ obligations }) });
    const agent = createAgent({
      model: new ScriptedModel(named),
      middleware: [scopewardMiddleware({ enforcer: world.enforcer })],
    });
    const { messages } = await agent.invoke(question, { context: { principal: ada.principal } });
    expect(messages.at(-1)?.text).toBe("[redacted]");
    expect(JSON.stringify(messages)).not.toContain("done");
  });

  test("waits for a person as a tool does", async () => {
    world.load({}, { atlas: (request) => ask(request, "expensive") });
    const model = new ScriptedModel(named);
    const agent = createAgent({
      model,
      middleware: [scopewardMiddleware({ enforcer: world.enforcer })],
      checkpointer: new MemorySaver(),
    });
    const run = { context: { principal: ada.principal }, configurable: { thread_id: "thread-1" } };
    const state = (await agent.invoke(question, run)) as object;
    const [{ value }] = Reflect.get(state, "__interrupt__") as [{ value: ApprovalInterrupt }];
    const { approval } = value;
    expect(value).toMatchObject({ target: "atlas", codes: ["expensive"] });
    expect(model.seen.messages).toEqual([]);
    await world.answer(approval, "approve");
    await agent.invoke(new Command({ resume: approval }), run);
    expect(model.seen.messages).toHaveLength(1);
  });
});
