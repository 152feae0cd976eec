import { AsyncLocalStorage } from "node:async_hooks";
import type { Caller, Enforcer, Principal, Surroundings } from "@scopeward/sdk";
import { nestedPrincipal } from "../nested-principal.ts";

/** What a run's `context` carries: `agent.invoke(input, { context: { principal } })`. */
export interface PrincipalContext {
  readonly principal: Principal;
}

/** What is read of a run: a tool's config, or the `runtime` that a middleware is given. */
export interface ToolRunConfig {
  readonly context?: unknown;
  readonly configurable?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** There where the model made the call, and not the program. */
  readonly toolCall?: { readonly id?: string };
}

// What the run said that a tool was called in. LangChain hands a run's context on to every agent that
// is started inside of a tool, so there the same words say nothing about that agent.
const outer = new AsyncLocalStorage<unknown>();

/**
 * Who calls, for the Enforcer to verify: whom the run names in `context.principal` or
 * `configurable.principal`; where it names nobody, whom the tool was guarded for, else who is at hand.
 * What an inner run only inherited gives way to who is at hand, who may have been narrowed since, and to
 * whom the tool was guarded for, held to what the one at hand may do.
 */
export function callerOf(
  config: ToolRunConfig,
  fallback: Principal | undefined,
  enforcer: Enforcer,
): Caller {
  // May be nobody, or anything that a client put into the config: the Enforcer refuses both.
  return { principal: principalOf(namedPrincipal(config), fallback, enforcer) as Principal };
}

function principalOf(named: unknown, fallback: Principal | undefined, enforcer: Enforcer): unknown {
  const isInherited = named !== undefined && named === outer.getStore();
  if (named !== undefined && !isInherited) return named;
  const atHand = enforcer.currentPrincipal();
  if (isInherited && fallback?.key.id !== atHand?.key.id) return atHand ?? named;
  return fallback === undefined || atHand === undefined
    ? (fallback ?? atHand)
    : nestedPrincipal(fallback, atHand);
}

/** Runs a tool's own code such that agents which it starts are known to be inside of this run. */
export function insideOf<T>(config: ToolRunConfig, work: () => T): T {
  return outer.run(namedPrincipal(config), work);
}

/** What the Enforcer is told of a run besides who calls. */
export function surroundingsOf({ configurable, signal, toolCall }: ToolRunConfig): Surroundings {
  const session = configurable?.["thread_id"];
  return {
    ...(typeof session === "string" ? { session } : {}),
    ...(toolCall?.id === undefined ? {} : { callId: toolCall.id }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Whether something thrown is LangGraph's own signal, such as its interrupt, and no failure of a tool. */
export function isSignal(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "is_bubble_up" in error &&
    error.is_bubble_up === true
  );
}

function namedPrincipal({ context, configurable }: ToolRunConfig): unknown {
  const fromContext =
    typeof context === "object" && context !== null && "principal" in context
      ? context.principal
      : undefined;
  return fromContext ?? configurable?.["principal"];
}
