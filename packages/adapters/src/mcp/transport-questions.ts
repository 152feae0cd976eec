import { engineDeny, isJsonObject } from "@scopeward/core";
import type { JsonObject, JsonValue } from "@scopeward/core";
import { denialOf } from "@scopeward/sdk";
import type { Caller, Denial } from "@scopeward/sdk";
import { offer } from "./transport-context.ts";
import type { ConnectionContext } from "./transport-context.ts";
import { decide } from "./transport-decision.ts";
import type { Exchange } from "./transport-exchanges.ts";
import { isQuestion } from "./transport-methods.ts";
import type { AnswerBody, RequestFrame } from "./transport-message.ts";
import { resultParts } from "./transport-result.ts";

// Questions of `input_required` results that may be open at once; the oldest is forgotten.
const mostOpenQuestions = 1000;

/** What became of the answers that a repeated request brings. */
export type Answers =
  | { readonly kind: "answers"; readonly responses: JsonObject | undefined }
  | { readonly kind: "denied"; readonly denial: Denial }
  /** It answers what nobody asked. */
  | { readonly kind: "unasked" };

/**
 * What a server asks of the client: its roots, its person, its model. An answer tells the server what to
 * do, past the arguments of any call. So a question passes only where the policies offer the tool that is
 * called like its method, and its answer is decided on as the arguments of that tool.
 */
export class Questions {
  readonly #context: ConnectionContext;
  // From the request and the server's name of the question to the method.
  readonly #open = new Map<string, string>();

  constructor(context: ConnectionContext) {
    this.#context = context;
  }

  /** Why these questions may not be put; undefined where they may. */
  async refusal(methods: readonly string[], caller: Caller): Promise<Denial | undefined> {
    const { policyName } = this.#context;
    if (!methods.every(isQuestion)) return unknownQuestion;
    const names = [...new Set(methods)].map(policyName);
    const offered = await offer(this.#context, caller, names);
    return offered.kind === "denied" ? offered.denial : offered.refusal;
  }

  /** Decides on an answer. @returns what the server is given. */
  async answer(
    method: string,
    answer: unknown,
    caller: Caller,
    exchange: Exchange,
  ): Promise<AnswerBody | Denial> {
    const { enforcer, session, policyName } = this.#context;
    const decided = await decide(
      { enforcer, caller, session },
      {
        tool: policyName(method),
        args: answer,
        approval: undefined,
        run: async (args) => ({ result: args }),
        parts: resultParts(method),
      },
      exchange,
    );
    return decided.kind === "answered" ? decided.body : decided.denial;
  }

  /** Decides on the answers in a request that is repeated after an `input_required` result. */
  async answers(frame: RequestFrame, caller: Caller, exchange: Exchange): Promise<Answers> {
    const responses = frame.params?.["inputResponses"];
    if (responses === undefined) return { kind: "answers", responses: undefined };
    if (!isJsonObject(responses)) return { kind: "unasked" };
    const decided: [string, JsonValue][] = [];
    for (const [key, response] of Object.entries(responses)) {
      const place = placeOf(frame, key);
      const method = this.#open.get(place);
      if (method === undefined) return { kind: "unasked" };
      const answer = await this.answer(method, response, caller, exchange);
      if ("denied" in answer) return { kind: "denied", denial: answer };
      if (answer.result === undefined) return { kind: "unasked" };
      decided.push([key, answer.result]);
    }
    // Only now: a denied answer may be given anew.
    for (const [key] of decided) this.#open.delete(placeOf(frame, key));
    return { kind: "answers", responses: Object.fromEntries(decided) };
  }

  /** Why a result must not reach the client; undefined for one that asks nothing that may not be asked. */
  async put(frame: RequestFrame, result: JsonObject, caller: Caller): Promise<Denial | undefined> {
    if (result["resultType"] !== "input_required") return undefined;
    const requests = isJsonObject(result["inputRequests"]) ? result["inputRequests"] : {};
    const asked = Object.entries(requests).map(([key, request]): [string, string] => {
      const method = isJsonObject(request) ? request["method"] : undefined;
      return [key, typeof method === "string" ? method : ""];
    });
    const refusal = await this.refusal(
      asked.map(([, method]) => method),
      caller,
    );
    if (refusal !== undefined) return refusal;
    for (const [key, method] of asked) this.#remember(placeOf(frame, key), method);
    return undefined;
  }

  #remember(place: string, method: string): void {
    this.#open.delete(place);
    this.#open.set(place, method);
    if (this.#open.size <= mostOpenQuestions) return;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#open.delete(oldest);
  }
}

const unknownQuestion = denialOf(
  engineDeny("engine:input_invalid", "the server asks for what no policy can allow"),
);

function placeOf({ method, params }: RequestFrame, key: string): string {
  return JSON.stringify([method, params?.["name"], params?.["uri"], key]);
}
