import { isJsonObject } from "@scopeward/core";
import type { Enforcer } from "@scopeward/sdk";
import { checkEnforcer } from "../enforcer-option.ts";
import { guardedCall } from "./server-call.ts";
import { scopeChallenge } from "./server-challenge.ts";
import type { ScopeChallengeContext } from "./server-challenge.ts";
import type { ConnectionCaller, HandlerContext, ServerGuard } from "./server-context.ts";
import { McpGuardError } from "./server-error.ts";
import { noticeFailures } from "./server-failure.ts";
import { guardedList } from "./server-list.ts";
import { serverRule } from "./server-methods.ts";
import { registrationsOf } from "./server-registrations.ts";
import type { ServerRequest } from "./server-request.ts";
import {
  type CallTarget,
  methodTarget,
  type PolicyArguments,
  toolTarget,
} from "./server-target.ts";

/** What the guard needs of the low-level `Server` of SDK v2 or v1. */
export interface ProtocolServer {
  setRequestHandler: (...args: never[]) => void;
}

/**
 * An `McpServer` of SDK v2 or v1, or a low-level `Server` that stands alone. Give an `McpServer` itself and
 * not its `server`, which knows no schema: policies would see arguments without their defaults.
 */
export type GuardableServer = ProtocolServer | { readonly server: ProtocolServer };

/** How a server is guarded, and whose calls come in over stdio. */
export interface GuardServerOptions extends ConnectionCaller {
  readonly enforcer: Enforcer;
  /**
   * How `tools/call` answers a denial: `result` (where absent), which the model reads, or `error`, a
   * JSON-RPC error that most clients keep from it. Other methods always answer with the error.
   */
  readonly denyWith?: "result" | "error";
  /** For tools whose parsed arguments are no plain JSON, by name. */
  readonly policyArguments?: Readonly<Record<string, PolicyArguments>>;
}

type Handler = (request: unknown, context: HandlerContext) => unknown;

const guarded = new WeakSet<object>();

/**
 * Puts the Enforcer in front of every request of a server: of tools, resources, prompts and completion,
 * however and whenever they are registered, renamed or updated, and of each handler of the low-level
 * server. What is there already is guarded as well.
 * @returns the same server.
 * @throws McpGuardError `server_unknown` for what is no such server, or one whose inside has changed;
 *   `already_guarded`. TypeError for an option `enforcer` that is none.
 */
export function guardServer<S extends GuardableServer>(server: S, options: GuardServerOptions): S {
  checkEnforcer(options.enforcer);
  const high = "server" in server ? server : undefined;
  const low: object = "server" in server ? server.server : server;
  const handlers: unknown = Reflect.get(low, "_requestHandlers");
  if (!(handlers instanceof Map)) throw new McpGuardError("server_unknown");
  if (guarded.has(low)) throw new McpGuardError("already_guarded");
  const guard: ServerGuard = {
    enforcer: options.enforcer,
    connection: options,
    denyWith: options.denyWith ?? "result",
    registrations: registrationsOf(high),
    policyArguments: options.policyArguments ?? {},
    clientCapabilities: () => methodOf(low, "getClientCapabilities")?.(),
  };
  guarded.add(low);
  guardHandlers(low, handlers, (handler) => guardHandler(guard, handler));
  if (high !== undefined) {
    noticeFailures(high);
    guardChallenges(high, guard);
  }
  return server;
}

/** Stands in front of handlers that are there, that are set later, and of the one for all others. */
function guardHandlers(
  low: object,
  handlers: Map<unknown, unknown>,
  guardOf: (handler: Handler) => Handler,
): void {
  const set = methodOf(low, "setRequestHandler");
  // v2 checks and converts here what a handler gives; a handler of ours has to be inside of that.
  const within = methodOf(low, "_wrapHandler");
  for (const [method, handler] of handlers) {
    const ours = guardOf(handler as Handler);
    handlers.set(method, within?.(method, ours) ?? ours);
  }
  const setRequestHandler = (first: unknown, second: unknown, third: unknown): unknown => {
    if (typeof second === "function") return set?.(first, guardOf(second as Handler));
    if (typeof third !== "function") return set?.(first, second, third);
    // v2, a method of one's own: its handler takes the params alone, as its schema parsed them.
    const ours = (params: unknown, context: HandlerContext): unknown => {
      const next: Handler = (request) => third((request as ParamsRequest).params, context);
      return guardOf(next)({ method: first, params }, context);
    };
    return set?.(first, second, ours);
  };
  Reflect.set(low, "setRequestHandler", setRequestHandler);
  let fallback: unknown = Reflect.get(low, "fallbackRequestHandler");
  Object.defineProperty(low, "fallbackRequestHandler", {
    configurable: true,
    get: () => (typeof fallback === "function" ? guardOf(fallback as Handler) : undefined),
    set: (handler: unknown) => {
      fallback = handler;
    },
  });
}

interface ParamsRequest {
  readonly method: string;
  readonly params?: unknown;
}

function guardHandler(guard: ServerGuard, handler: Handler): Handler {
  return (request, context) => {
    const { method, params } = request as ParamsRequest;
    return answer(guard, {
      method,
      params: isJsonObject(params) ? params : {},
      context,
      next: (decided) => handler({ ...(request as object), params: decided }, context),
    });
  };
}

async function answer(guard: ServerGuard, request: ServerRequest): Promise<unknown> {
  const { method, params, context, next } = request;
  const rule = serverRule(method, params);
  switch (rule.kind) {
    case "pass":
      return next(params);
    case "list":
      return asOwn(await guardedList(guard, request, rule.member, rule.of), context);
    case "tool":
      return guardedCall(guard, request, targetOf(guard, request));
    case "method": {
      const result = await guardedCall(guard, request, targetOf(guard, request));
      return method === "resources/read" ? asOwn(result, context) : result;
    }
  }
}

/** By protocol 2026-07-28 a cache may keep a result for everybody. It is one caller's own. */
function asOwn(result: unknown, { mcpReq }: HandlerContext): unknown {
  if (mcpReq?.envelope === undefined || !isJsonObject(result)) return result;
  return { ...result, cacheScope: "private" };
}

function targetOf(
  { registrations, policyArguments }: ServerGuard,
  { method, params }: Pick<ServerRequest, "method" | "params">,
): CallTarget {
  const rule = serverRule(method, params);
  return rule.kind === "method"
    ? methodTarget(method, params, rule.params, registrations)
    : toolTarget(params, registrations, policyArguments);
}

/** v2 over HTTP: says before a request is opened which scope is missing. Without it the result says so. */
function guardChallenges(high: object, guard: ServerGuard): void {
  const own = methodOf(high, "resolveScopeChallenge");
  if (own === undefined) return;
  const challenged = new Set(["tools/call", "resources/read", "prompts/get"]);
  const resolveScopeChallenge = async (context: ScopeChallengeContext): Promise<unknown> => {
    const { authInfo, request } = context;
    if (authInfo === undefined || !challenged.has(request.method)) return own(context);
    const target = targetOf(guard, { method: request.method, params: request.params ?? {} });
    return (await scopeChallenge(guard, authInfo, target)) ?? own(context);
  };
  Reflect.set(high, "resolveScopeChallenge", resolveScopeChallenge);
}

function methodOf(
  server: object,
  name: string,
): ((...args: readonly unknown[]) => unknown) | undefined {
  const method: unknown = Reflect.get(server, name);
  return typeof method === "function" ? (...args) => method.apply(server, args) : undefined;
}
