import type { JsonObject } from "@scopeward/core";
import type { Caller, Enforcer, ModelCall, Surroundings } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import type { ModelRequest } from "langchain";
import { AdapterError } from "../adapter-error.ts";
import { approvalFor } from "./approval-interrupt.ts";
import { parametersOf, withParameters } from "./model-parameters.ts";
import { transformedResult } from "./result-parts.ts";
import { isSignal } from "./tool-run.ts";

/** A model as LangChain's agents take one. */
export type AgentModel = ModelRequest["model"];

/** Gives the name of a model, as policies name it; undefined for one that nobody can name. */
export type ModelNaming = (model: AgentModel) => string | undefined;

/** The name that most models of LangChain carry. */
export const ownName: ModelNaming = (model) => {
  const { model: name, modelName } = model as { model?: unknown; modelName?: unknown };
  return [name, modelName].find((each) => typeof each === "string");
};

/**
 * Calls the model of a request through the Enforcer: with parameters that it decided on, or not at all.
 *
 * @throws AdapterError where the call must not run; LangGraph's interrupt where a person has to
 *   be asked first; what the model throws.
 */
export async function guardedModelCall<R extends ModelRequest, T>(
  enforcer: Enforcer,
  who: Caller & Surroundings,
  request: R,
  nameOf: ModelNaming,
  handler: (request: R) => T | Promise<T>,
): Promise<T> {
  const model = await resolvedModel(request);
  const settings = request.modelSettings ?? {};
  const name = nameOf(model) ?? "";
  const permit = await permitFor(enforcer, {
    ...who,
    model: name,
    args: parametersOf(model, settings),
  });
  const execution = await enforcer.execute<T>(permit.permit, {
    name,
    execute: async (args, { maxOutputTokens }) => {
      const made = withParameters(model, settings, withinLimit(args, maxOutputTokens));
      if (made === undefined) {
        const message = `the model \`${name}\` cannot be given the parameters that policy limits: set them where it is made`;
        throw new AdapterError("parameters_unsupported", message);
      }
      return await handler({ ...request, model: made.model, modelSettings: made.settings });
    },
    parts: async (result, transform) => (await transformedResult(result, transform, false)) as T,
    isSignal,
  });
  if (execution.kind === "done") return execution.result;
  throw denied(execution.decision, name);
}

async function permitFor(
  enforcer: Enforcer,
  call: ModelCall,
): Promise<Extract<Awaited<ReturnType<Enforcer["authorizeModel"]>>, { kind: "allow" }>> {
  let authorized = await enforcer.authorizeModel(call);
  if (authorized.kind === "approval") {
    const approval = await approvalFor(enforcer, authorized, call.model, call);
    if (approval !== undefined) authorized = await enforcer.authorizeModel({ ...call, approval });
  }
  if (authorized.kind === "allow") return authorized;
  throw denied(authorized.decision, call.model);
}

// A name such as `openai:…` stands for a model that the run's own configuration may replace: what is
// authorised is the one that runs.
async function resolvedModel({ model, runtime }: ModelRequest): Promise<AgentModel> {
  const instance: unknown = Reflect.get(model, "_getModelInstance");
  if (typeof instance !== "function") return model;
  return (await instance.call(model, { configurable: runtime.configurable })) as AgentModel;
}

function withinLimit(args: JsonObject, limit: number | undefined): JsonObject {
  const asked = args["max_tokens"];
  // Some providers take -1 for no limit at all.
  const isWithin = typeof asked === "number" && asked > 0 && asked <= (limit ?? asked);
  if (limit === undefined || isWithin) return args;
  return { ...args, max_tokens: limit };
}

function denied(decision: Parameters<typeof denialOf>[0], name: string): AdapterError {
  const denial = denialOf(decision);
  const told = `the model \`${name}\` may not be called: ${denial.message}`;
  return new AdapterError("denied", told, denial);
}
