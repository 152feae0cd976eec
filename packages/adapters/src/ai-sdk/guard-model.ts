import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Middleware,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import type { Allowed, Execution, ToolBody, ToolRun } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import { AdapterError } from "../adapter-error.ts";
import { checkEnforcer } from "../enforcer-option.ts";
import type { GuardOptions } from "./guard-options.ts";
import { surroundingsOf } from "./guard-options.ts";
import { transformedAnswer, transformedPiece, wholeTexts } from "./model-output.ts";
import { decidedParameters, policyParameters } from "./model-parameters.ts";

/**
 * Middleware for `wrapLanguageModel` that lets a model be called only as the policies allow: which model,
 * with which parameters, how long its answer may be, and without tools that run at the provider unless
 * a policy names them. Name it last, next to the model: what comes after it could change the parameters.
 *
 * A call that must not be made is an {@link AdapterError}, `denied` or `approval_needed`.
 *
 * @throws TypeError for an option `enforcer` that is none.
 */
export function guardModel(options: GuardOptions): LanguageModelV4Middleware {
  const { enforcer } = options;
  checkEnforcer(enforcer);
  return {
    specificationVersion: "v4",
    wrapGenerate: async ({ params, model }) => {
      const { permit } = await authorized(options, params, model);
      const body = bodyOf(options, params, model, (decided) => model.doGenerate(decided));
      return resultOf(await enforcer.execute(permit, { ...body, parts: transformedAnswer }));
    },
    wrapStream: async ({ params, model }) => {
      const { permit } = await authorized(options, params, model);
      let about = {};
      const body = bodyOf(options, params, model, async (decided, { isTransformed }) => {
        const { stream, ...rest } = await model.doStream(decided);
        about = rest;
        return (
          isTransformed ? wholeTexts(stream) : stream
        ) as AsyncIterable<LanguageModelV4StreamPart>;
      });
      const pieces = await enforcer.execute(permit, { ...body, pieceParts: transformedPiece });
      return { ...about, stream: ReadableStream.from(resultOf(pieces)) };
    },
  };
}

async function authorized(
  options: GuardOptions,
  params: LanguageModelV4CallOptions,
  { modelId }: LanguageModelV4,
): Promise<Allowed> {
  const { abortSignal: signal } = params;
  const call = {
    ...surroundingsOf(options),
    model: modelId,
    args: policyParameters(params),
    ...(signal === undefined ? {} : { signal }),
  };
  let answer = await options.enforcer.authorizeModel(call);
  if (answer.kind === "approval" && answer.approval.status === "approved") {
    answer = await options.enforcer.authorizeModel({ ...call, approval: answer.approval.id });
  }
  if (answer.kind === "allow") return answer;
  const approval = answer.kind === "approval" ? answer.approval.id : undefined;
  throw AdapterError.of(denialOf(answer.decision, approval));
}

function bodyOf<R>(
  options: GuardOptions,
  params: LanguageModelV4CallOptions,
  { modelId }: LanguageModelV4,
  call: (decided: LanguageModelV4CallOptions, run: ToolRun) => PromiseLike<R>,
): ToolBody<R> {
  return {
    name: modelId,
    execute: async (args, run) => {
      const decided = decidedParameters(params, args, run.maxOutputTokens);
      return await call({ ...decided, ...(await permittedTools(options, params)) }, run);
    },
  };
}

/** The tools without those that run at the provider and that no policy lets the caller have. */
async function permittedTools(
  options: GuardOptions,
  { tools }: LanguageModelV4CallOptions,
): Promise<Pick<LanguageModelV4CallOptions, "tools">> {
  const names = tools?.filter(({ type }) => type === "provider").map(({ name }) => name) ?? [];
  if (tools === undefined || names.length === 0) return {};
  const listing = await options.enforcer.list({ ...surroundingsOf(options), tools: names });
  const offered = listing.kind === "listed" ? listing.tools : [];
  return { tools: tools.filter(({ type, name }) => type !== "provider" || offered.includes(name)) };
}

function resultOf<R>(execution: Execution<R>): R {
  if (execution.kind === "done") return execution.result;
  throw AdapterError.of(denialOf(execution.decision));
}
