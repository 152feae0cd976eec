import assert from "node:assert/strict";
import type { JsonObject } from "@scopeward/core";
import { isJsonObject } from "@scopeward/core";
import type { AuditEntry } from "@scopeward/sdk";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { assertNowhere, messageOf } from "./expectations.ts";
import type { AdapterSession, Identity, ModelReport, ModelRun } from "./harness.ts";
import { recordedModel, said } from "./recorded-model.ts";
import type { RecordedModel } from "./recorded-model.ts";
import { recordedTool } from "./recorded-tool.ts";
import { allow, ask, deny } from "./scripted-policy.ts";
import type { Script } from "./scripted-policy.ts";
import type { World } from "./world.ts";

const atlas = "atlas";
const parameters = { max_tokens: 4_096, temperature: 0.5 };
const asked: ModelRun = { model: atlas, parameters };

/** What a case has of one guarded model. */
interface ModelStage {
  readonly model: RecordedModel;
  readonly caller: Identity;
  readonly run: (caller: Identity | undefined, parameters?: JsonObject) => Promise<ModelReport>;
}

async function openModel(world: World, script: Script, text?: () => string): Promise<ModelStage> {
  const model = recordedModel(atlas, text);
  world.load({}, { [atlas]: script });
  const session = await world.open({ tools: [], models: [model] });
  const caller = world.keys.issue("ada", ["conformance:use"]);
  return {
    model,
    caller,
    run: async (by, given = parameters) =>
      await modelRun(session, by, { model: atlas, parameters: given }),
  };
}

async function modelRun(
  session: AdapterSession,
  caller: Identity | undefined,
  run: ModelRun,
): Promise<ModelReport> {
  assert(session.model !== undefined, "a harness with the capability `model` runs models");
  return await session.model({ caller }, run);
}

/** The program read the model's text, and nothing was thrown. */
function assertAnswered(report: ModelReport, text = said): void {
  assert.equal(report.thrown, undefined, "nothing is thrown");
  assert(report.caller?.includes(text) === true, "the program reads what the model said");
}

/** The program is told the code, and nothing of the model's. */
function assertEnded(report: ModelReport, code: string): void {
  assert(report.thrown !== undefined, "the run of a model that must not be called ends");
  assert(messageOf(report.thrown).includes(code), `the program reads the code ${code}`);
}

function modelEntries(world: World, type: AuditEntry["type"]): readonly AuditEntry[] {
  return world
    .entries(type)
    .filter(({ action = null }) => isJsonObject(action) && action["type"] === "model");
}

const secret = "ada@example.org";
const redact = { type: "redact_result", pattern: "[a-z]+@example\\.org", replacement: "hidden" };
const redacted: Script = () => allow({ obligations: [redact] });
const written = (): string => `Ada Lovelace, ${secret}, mathematician`;

/** A model is called as policy says, or not at all. */
export const modelCases: readonly AdapterCase[] = [
  adapterCase(
    "policy sees which model is called, by whom and with which parameters",
    { needs: ["model"] },
    async (world) => {
      const { model, caller, run } = await openModel(world, () => allow());
      assertAnswered(await run(caller));
      const request = world.policy.requests.findLast(({ phase }) => phase === "call");
      assert.equal(request?.subject.id, "ada");
      assert.equal(request.action.type, "model");
      assert.equal(request.resource?.id, atlas);
      assert.deepEqual(request.args, parameters);
      assert.deepEqual(model.calls, [parameters]);
    },
  ),

  adapterCase(
    "a model is called with the parameters that were decided on",
    { needs: ["model"] },
    async (world) => {
      const rewritten = { max_tokens: 1_024, temperature: 0 };
      const { model, caller, run } = await openModel(world, () => allow({ args: rewritten }));
      assertAnswered(await run(caller));
      assert.deepEqual(model.calls, [rewritten]);
    },
  ),

  adapterCase(
    "a limit on the answer of a model lowers what is asked of it, and raises nothing",
    { needs: ["model"] },
    async (world) => {
      const obligations = [{ type: "max_output_tokens", limit: 256 }];
      const { model, caller, run } = await openModel(world, () => allow({ obligations }));
      for (const given of [{ max_tokens: 4_096 }, { max_tokens: 100 }, {}]) {
        assertAnswered(await run(caller, given));
      }
      assert.deepEqual(model.calls, [
        { max_tokens: 256 },
        { max_tokens: 100 },
        { max_tokens: 256 },
      ]);
    },
  ),

  adapterCase(
    "a limit on the answer of a model holds for parameters that policy rewrote",
    { needs: ["model"] },
    async (world) => {
      const obligations = [{ type: "max_output_tokens", limit: 256 }];
      const args = { max_tokens: 1_024 };
      const { model, caller, run } = await openModel(world, () => allow({ args, obligations }));
      assertAnswered(await run(caller, { max_tokens: 100 }));
      assert.deepEqual(model.calls, [{ max_tokens: 256 }]);
    },
  ),

  adapterCase(
    "a model that policy denies is not called, and the program reads the codes",
    { needs: ["model"] },
    async (world) => {
      const { model, caller, run } = await openModel(world, () => deny("model_closed"));
      const report = await run(caller);
      assertEnded(report, "model_closed");
      assertNowhere(report, caller.token);
      assert.deepEqual(model.calls, []);
    },
  ),

  adapterCase(
    "a model that a person has to allow is not called before",
    { needs: ["model"] },
    async (world) => {
      const { model, caller, run } = await openModel(world, (request) => ask(request, "costly"));
      assertNowhere(await run(caller), said);
      assert.deepEqual(model.calls, []);
    },
  ),

  adapterCase("without a principal no model is called", { needs: ["model"] }, async (world) => {
    const { model, run } = await openModel(world, () => allow());
    const report = await run(undefined);
    assert(report.thrown !== undefined, "the program is told");
    assert.deepEqual(model.calls, []);
  }),

  adapterCase(
    "a key that is revoked between two steps ends the second call of the model",
    { needs: ["model"] },
    async (world) => {
      const model = recordedModel(atlas);
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const tool = recordedTool("write_note", {
        body: () => {
          world.keys.revoke(caller);
          return { note: "kept" };
        },
      });
      world.load({ write_note: () => allow() }, { [atlas]: () => allow() });
      const session = await world.open({ tools: [tool], models: [model] });
      const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
      assertEnded(await modelRun(session, caller, { ...asked, call }), "key:revoked");
      assert.equal(tool.runs.length, 1, "the first step is made");
      assert.equal(model.calls.length, 1, "the second call of the model is not");
    },
  ),

  adapterCase(
    "a redacted text of a model does not reach the program",
    { needs: ["model"] },
    async (world) => {
      const { caller, run } = await openModel(world, redacted, written);
      const report = await run(caller);
      assertAnswered(report, "Ada Lovelace");
      assertNowhere({ ...report, stream: "" }, secret);
    },
  ),

  adapterCase(
    "a redacted text of a model is not in the stream",
    { needs: ["model", "stream"] },
    async (world) => {
      const { caller, run } = await openModel(world, redacted, written);
      const report = await run(caller);
      assert(report.stream?.includes("Ada Lovelace") === true, "the stream shows the text");
      assertNowhere(report, secret);
    },
  ),

  adapterCase(
    "every call of a model leaves a decision, and every one that is made an outcome",
    { needs: ["model"] },
    async (world) => {
      const broken = recordedModel("broken", () => {
        throw new RangeError("the provider is gone");
      });
      const models = [recordedModel(atlas), recordedModel("shut"), broken];
      world.load(
        {},
        { [atlas]: () => allow(), shut: () => deny("model_closed"), broken: () => allow() },
      );
      const session = await world.open({ tools: [], models });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      for (const { name } of models) {
        await modelRun(session, caller, { ...asked, model: name });
      }
      const decisions = modelEntries(world, "decision");
      const outcomes = modelEntries(world, "outcome");
      assert.deepEqual(
        decisions.map(({ effect }) => effect),
        ["allow", "deny", "allow"],
      );
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["succeeded", "failed"],
      );
      assert.deepEqual(
        outcomes.map(({ decisionId }) => decisionId),
        decisions.filter(({ effect }) => effect === "allow").map(({ id }) => id),
      );
    },
  ),
];
