import type { Caller, Enforcer, Principal, Surroundings, ToolCall } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import type { ZodV4Like } from "@langchain/core/utils/types";
import type { AgentMiddleware, WrapModelCallHook, WrapToolCallHook } from "langchain";
import { checkEnforcer } from "../enforcer-option.ts";
import { errorMessage } from "./error-message.ts";
import { isGuarded } from "./guard-tool.ts";
import { guardedModelCall, ownName } from "./model-guard.ts";
import type { ModelNaming } from "./model-guard.ts";
import { callerOf, isSignal, surroundingsOf } from "./tool-run.ts";
import type { PrincipalContext, ToolRunConfig } from "./tool-run.ts";

/** What the middleware is made with. */
export interface ScopewardMiddlewareOptions {
  readonly enforcer: Enforcer;
  /** Who calls where the run names nobody; what the run says counts for more. */
  readonly principal?: Principal;
  /**
   * How models are named, for those that do not carry their name as `model`; `false` where calls of
   * models are not decided on at all. Where absent, each call of a model needs a scope that names it.
   */
  readonly models?: false | ModelNaming;
}

/** The type alone: it makes `context.principal` a member that an agent has to be given. */
type PrincipalSchema = ZodV4Like<PrincipalContext> & {
  readonly _zod: { readonly def: { readonly type: "object" } };
};

/** A middleware of an agent whose runs say who calls, in `context.principal`. */
export type ScopewardMiddleware = AgentMiddleware<undefined, PrincipalSchema, PrincipalContext>;

/**
 * Makes the middleware for `createAgent`. It offers the model only the tools that policy lists, of all
 * tools anew at each step; lets no tool run that is not guarded; and has each call of a model decided.
 * Guarded tools decide for themselves, with parsed arguments.
 *
 * Put it last: what stands behind it can change a call, or replace a tool, without it.
 *
 * @throws TypeError for an option `enforcer` that is none.
 */
export function scopewardMiddleware(
  options: ScopewardMiddlewareOptions & { readonly principal: Principal },
): AgentMiddleware<undefined, undefined, Partial<PrincipalContext>>;
export function scopewardMiddleware(options: ScopewardMiddlewareOptions): ScopewardMiddleware;
export function scopewardMiddleware({
  enforcer,
  principal,
  models = ownName,
}: ScopewardMiddlewareOptions): unknown {
  checkEnforcer(enforcer);
  const whoIn = (runtime: ToolRunConfig): Caller & Surroundings => ({
    ...callerOf(runtime, principal, enforcer),
    ...surroundingsOf(runtime),
  });
  const wrapModelCall: WrapModelCallHook = async (request, handler) => {
    const who = whoIn(request.runtime);
    const tools = await offered(enforcer, who, request.tools);
    const narrowed = { ...request, tools };
    if (models === false) return await handler(narrowed);
    return await guardedModelCall(enforcer, who, narrowed, models, handler);
  };
  const wrapToolCall: WrapToolCallHook = async (request, handler) => {
    const { tool, toolCall } = request;
    const runtime = request.runtime as ToolRunConfig;
    if (!isGuarded(tool)) {
      const { id = "", name, args } = toolCall;
      const who = whoIn({ ...runtime, toolCall: { id } });
      return await errorMessage(await unguarded(enforcer, { ...who, tool: name, args }), name, id);
    }
    try {
      return await handler(request);
    } catch (error) {
      if (isSignal(error) || runtime.signal?.aborted === true || isTold(error)) throw error;
      throw new ToldError(error);
    }
  };
  return { [brand]: true, name: "Scopeward", wrapModelCall, wrapToolCall };
}

const brand = Symbol.for("AgentMiddleware");

type OfferedTool = Parameters<WrapModelCallHook>[0]["tools"][number];

async function offered(
  enforcer: Enforcer,
  who: Caller & Surroundings,
  tools: readonly OfferedTool[],
): Promise<OfferedTool[]> {
  const names = new Map(tools.map((tool) => [tool, listedName(tool)]));
  const asked = [...new Set(names.values())].filter((name) => name !== undefined);
  if (asked.length === 0) return [];
  const listing = await enforcer.list({ ...who, tools: asked });
  const open = new Set(listing.kind === "listed" ? listing.tools : []);
  return tools.filter((tool) => open.has(names.get(tool) ?? ""));
}

// A tool that runs at the provider is what its `type` says, or its only member; its `name` is the
// application's own word. A tool of the application that is not guarded would not run: it has no name.
function listedName(tool: OfferedTool): string | undefined {
  if (isGuarded(tool)) return String(tool.name);
  if ("lc_runnable" in tool) return undefined;
  const type: unknown = Reflect.get(tool, "type");
  if (typeof type === "string") return type;
  const [only, ...others] = Object.keys(tool);
  return others.length === 0 ? only : undefined;
}

/** What the model is told of a tool that nobody guarded. The attempt is in the audit log, as one that failed. */
async function unguarded(enforcer: Enforcer, call: ToolCall): Promise<string> {
  const message = `the tool \`${call.tool}\` is not guarded, so it cannot run; do not try again`;
  const authorized = await enforcer.authorize(call);
  if (authorized.kind !== "allow") return denialOf(authorized.decision).message;
  const fault = new TypeError(message);
  try {
    await enforcer.execute(authorized.permit, {
      name: call.tool,
      execute: () => {
        throw fault;
      },
    });
  } catch (error) {
    if (error !== fault) throw error;
  }
  return message;
}

const toldBrand = "ToolInvocationError";

// Where an agent has any `wrapToolCall`, LangChain lets what a tool throws end the run, save an error
// with this brand, of which it tells the model the message. Without any it tells the model of them all.
// So a tool's error is thrown with the brand and the words that it would have had, and a middleware
// outside of this one, such as one that tries again, sees it all the same.
class ToldError extends Error {
  readonly "~brand" = toldBrand;

  constructor(cause: unknown) {
    super(`${String(cause)}\n Please fix your mistakes.`, { cause });
    this.name = cause instanceof Error ? cause.name : "Error";
  }
}

function isTold(error: unknown): boolean {
  return error instanceof Error && "~brand" in error && error["~brand"] === toldBrand;
}
