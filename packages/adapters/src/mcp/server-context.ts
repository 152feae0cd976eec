import type { Caller, Enforcer, Principal, Surroundings } from "@scopeward/sdk";
import type { Registrations } from "./server-registrations.ts";
import type { PolicyArguments } from "./server-target.ts";

/** What the SDKs hand to a handler of the bearer token that the application's own gate let through. */
export interface AuthInfo {
  readonly token: string;
  /** Made by the application's gate; `address` is the peer's, from the socket or a trusted proxy. */
  readonly extra?: { readonly [name: string]: unknown };
}

/** What a handler is given beside its request: the context of SDK v2, or the extra of v1. */
export interface HandlerContext {
  readonly sessionId?: string;
  /** v1. */
  readonly signal?: AbortSignal;
  /** v1. */
  readonly authInfo?: AuthInfo;
  /** v1, over HTTP. */
  readonly requestInfo?: unknown;
  /** v2, over HTTP. */
  readonly http?: { readonly authInfo?: AuthInfo };
  /** v2. */
  readonly mcpReq?: {
    readonly signal?: AbortSignal;
    readonly inputResponses?: { readonly [key: string]: { readonly action?: unknown } };
    readonly envelope?: { readonly [key: string]: unknown };
  };
}

/** Who calls where a request does not say so itself: the one at the other end of stdio. */
export interface ConnectionCaller {
  readonly principal?: Principal;
  readonly token?: string | object;
}

/** What the parts of the guard share. */
export interface ServerGuard {
  readonly enforcer: Enforcer;
  readonly connection: ConnectionCaller;
  readonly denyWith: "result" | "error";
  readonly registrations: Registrations;
  readonly policyArguments: Readonly<Record<string, PolicyArguments>>;
  /** As the client declared them with `initialize`; undefined before, and without a session. */
  readonly clientCapabilities: () => unknown;
}

/**
 * Who calls. Over HTTP only the request's own token counts, or who is at hand: a principal of the
 * connection would be lent to everybody who can reach the port.
 */
export function callerOf(
  context: HandlerContext,
  connection: ConnectionCaller,
  enforcer: Enforcer,
): Caller {
  const authInfo = context.http?.authInfo ?? context.authInfo;
  if (authInfo !== undefined) {
    const address = authInfo.extra?.["address"];
    return { token: authInfo.token, ...(typeof address === "string" ? { address } : {}) };
  }
  const isHttp = context.http !== undefined || context.requestInfo !== undefined;
  if (!isHttp && connection.principal !== undefined) return { principal: connection.principal };
  if (!isHttp && connection.token !== undefined) return { token: connection.token };
  // Nobody at hand: the Enforcer says what that means.
  return { principal: enforcer.currentPrincipal() as Principal };
}

/** What surrounds a request. The id that JSON-RPC gives it counts per connection, and names no call. */
export function surroundingsOf(context: HandlerContext): Surroundings {
  const signal = context.mcpReq?.signal ?? context.signal;
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(context.sessionId === undefined ? {} : { session: context.sessionId }),
  };
}
