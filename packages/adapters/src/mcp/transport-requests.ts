import { isJsonObject } from "@scopeward/core";
import type { JsonObject, JsonValue } from "@scopeward/core";
import type { Caller } from "@scopeward/sdk";
import { handedBack } from "./server-approval.ts";
import { offer } from "./transport-context.ts";
import type { ConnectionContext } from "./transport-context.ts";
import { decide } from "./transport-decision.ts";
import { deniedError, deniedToolResult } from "./transport-denial.ts";
import type { Exchange } from "./transport-exchanges.ts";
import { errorBody, errorCode, isModern, requestMessage } from "./transport-message.ts";
import type { AnswerBody, RequestFrame } from "./transport-message.ts";
import { isMethodName } from "./transport-methods.ts";
import type { RequestRule } from "./transport-methods.ts";
import type { Questions } from "./transport-questions.ts";
import { resultParts } from "./transport-result.ts";

/** A request of the client on its way. */
export interface ClientRequest {
  readonly frame: RequestFrame;
  readonly exchange: Exchange;
  readonly caller: Caller;
  /** The transport's own, such as headers. */
  readonly carried: unknown;
}

type ListRule = Extract<RequestRule, { readonly kind: "list" }>;

/** Answers requests of the client, each by the rule for its method. */
export class ClientRequests {
  readonly #context: ConnectionContext;
  readonly #questions: Questions;

  constructor(context: ConnectionContext, questions: Questions) {
    this.#context = context;
    this.#questions = questions;
  }

  async answer(request: ClientRequest, rule: RequestRule): Promise<AnswerBody> {
    const { params } = request.frame;
    switch (rule.kind) {
      case "pass":
        if (params?.["inputResponses"] !== undefined) return unasked;
        return unlessAsking(await this.#forward(request, params));
      case "tool":
        return await this.#callTool(request, params ?? {});
      case "method": {
        const args = picked(params ?? {}, rule.params);
        return await this.#decided(request, request.frame.method, args, (decided) => decided);
      }
      case "list":
        return await this.#list(request, rule);
    }
  }

  async #callTool(request: ClientRequest, params: JsonObject): Promise<AnswerBody> {
    const { name, arguments: args = {}, task } = params;
    if (typeof name !== "string" || !isJsonObject(args)) {
      return errorBody(errorCode.invalidParams, "a tool is called by name, with an object");
    }
    if (isMethodName(name)) {
      return errorBody(errorCode.invalidParams, "a tool that is called like a method is not run");
    }
    // Its result would come by another way.
    if (task !== undefined) {
      return errorBody(errorCode.invalidParams, "a tool is not run as a task here");
    }
    return await this.#decided(request, name, args, (decided) => ({ name, arguments: decided }));
  }

  async #decided(
    request: ClientRequest,
    name: string,
    args: JsonObject,
    paramsOf: (args: JsonObject) => JsonObject,
  ): Promise<AnswerBody> {
    const { frame, exchange, caller } = request;
    const { enforcer, session, policyName } = this.#context;
    const answers = await this.#questions.answers(frame, caller, exchange);
    if (answers.kind === "unasked") return unasked;
    if (answers.kind === "denied") return deniedAnswer(frame, answers.denial);
    const { responses } = answers;
    const rest = {
      ...picked(frame.params ?? {}, ["_meta", "requestState"]),
      ...(responses === undefined ? {} : { inputResponses: responses }),
    };
    const decided = await decide(
      { enforcer, caller, session },
      {
        tool: policyName(name),
        args,
        parse: frame.method === "tools/call" ? undefined : withNormalUris,
        approval: handedBack(frame.params ?? {}),
        run: async (final, isRewritten) => {
          const carried = isRewritten ? withoutParameterHeaders(request.carried) : request.carried;
          return await this.#forward({ ...request, carried }, { ...paramsOf(final), ...rest });
        },
        parts: resultParts(frame.method),
      },
      exchange,
    );
    if (decided.kind === "denied") return deniedAnswer(frame, decided.denial);
    const { result } = decided.body;
    const refusal =
      result === undefined ? undefined : await this.#questions.put(frame, result, caller);
    return refusal === undefined ? decided.body : deniedAnswer(frame, refusal);
  }

  async #list(request: ClientRequest, { member, of }: ListRule): Promise<AnswerBody> {
    const { frame, caller } = request;
    const { policyName } = this.#context;
    const params = picked(frame.params ?? {}, ["_meta", "cursor"]);
    const body = unlessAsking(
      await this.#forward(request, frame.params === undefined ? undefined : params),
    );
    const { result } = body;
    if (result === undefined) return body;
    const items = result[member];
    if (!Array.isArray(items)) return errorBody(errorCode.unavailable, "the server gave no list");
    const named = (items as readonly JsonValue[]).map((item) => ({
      item,
      name: of ?? toolName(item),
    }));
    const names = named.flatMap(({ name }) => (name === undefined ? [] : [policyName(name)]));
    const asked = of === undefined ? names : [policyName(of)];
    const offered = await offer(this.#context, caller, [...new Set(asked)]);
    if (offered.kind === "denied") return deniedError(offered.denial);
    const kept = named.filter(
      ({ name }) => name !== undefined && offered.names.has(policyName(name)),
    );
    const { nextCursor, ...rest } = privateList(result);
    // Where nothing of the kind may be seen there are no further pages either.
    const isClosed = of !== undefined && kept.length < named.length;
    return {
      result: {
        ...rest,
        ...(isClosed || nextCursor === undefined ? {} : { nextCursor }),
        [member]: kept.map(({ item }) => item),
      },
    };
  }

  async #forward(
    { frame, exchange, carried }: ClientRequest,
    params: JsonObject | undefined,
  ): Promise<AnswerBody> {
    // What was given up while it was decided must not reach the server.
    exchange.abort.signal.throwIfAborted();
    exchange.isForwarded = true;
    this.#context.wires.toServer(requestMessage(frame, params), carried).catch((error: unknown) => {
      exchange.isForwarded = false;
      exchange.fail(error);
    });
    return await exchange.answer;
  }
}

const unasked = errorBody(errorCode.invalidParams, "there is an answer to what was not asked");

/** Clients put the questions of any result; here there is no call on which they could be decided. */
function unlessAsking(body: AnswerBody): AnswerBody {
  return body.result?.["resultType"] === "input_required"
    ? errorBody(errorCode.unavailable, "the server asks for input where it may not")
    : body;
}

function deniedAnswer(frame: RequestFrame, denial: Parameters<typeof deniedError>[0]): AnswerBody {
  return frame.method === "tools/call"
    ? deniedToolResult(denial, isModern(frame))
    : deniedError(denial);
}

/** The name of a tool that can be decided on. */
function toolName(tool: JsonValue): string | undefined {
  const name = isJsonObject(tool) ? tool["name"] : undefined;
  return typeof name === "string" && !isMethodName(name) ? name : undefined;
}

// What one key may see is not for others, nor for longer than the policies stand.
function privateList(result: JsonObject): JsonObject {
  return {
    ...result,
    ...(result["ttlMs"] === undefined ? {} : { ttlMs: 0 }),
    ...(result["cacheScope"] === undefined ? {} : { cacheScope: "private" }),
  };
}

/** Some members, where they are there. */
function picked(params: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, JsonValue][] => {
      const value = params[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * Servers look a resource up by the normal form of its URI: `file:///a/../b` is decided on as `file:///b`.
 * @throws TypeError for a URI that has none.
 */
function withNormalUris(args: JsonObject): JsonObject {
  const { uri, notifications } = args;
  if (uri !== undefined) return { ...args, uri: normalUri(uri) };
  if (!isJsonObject(notifications)) return args;
  const { resourceSubscriptions: uris } = notifications;
  if (!Array.isArray(uris)) throw new TypeError("resources are watched as a list of URIs");
  return {
    ...args,
    notifications: { ...notifications, resourceSubscriptions: uris.map(normalUri) },
  };
}

function normalUri(uri: unknown): string {
  if (typeof uri !== "string") throw new TypeError("a URI is a text");
  return new URL(uri).href;
}

// SEP-2243: headers that repeat arguments, which are others now. A server that needs them refuses.
function withoutParameterHeaders(carried: unknown): unknown {
  const { headers } = (carried ?? {}) as { readonly headers?: unknown };
  if (!isJsonObject(headers)) return carried;
  const left = Object.entries(headers).filter(([name]) => !/^mcp-param-/iu.test(name));
  return { ...(carried as object), headers: Object.fromEntries(left) };
}
