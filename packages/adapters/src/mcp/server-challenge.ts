import type { JsonObject } from "@scopeward/core";
import { type AuthInfo, callerOf, type ServerGuard } from "./server-context.ts";
import type { CallTarget } from "./server-target.ts";

const missing = "scope:missing";

/** What SDK v2 asks with, before it opens a request that came over HTTP. */
export interface ScopeChallengeContext {
  readonly request: { readonly method: string; readonly params?: JsonObject };
  readonly authInfo?: AuthInfo;
}

/** Answered by SDK v2 with HTTP 403 and `WWW-Authenticate: Bearer error="insufficient_scope"`. */
export interface ScopeChallenge {
  readonly scopes: readonly string[];
  readonly errorDescription: string;
}

/**
 * Tells a client which scope to ask for. Any one of the missing scopes would do, so only the first is
 * named: a client asks for all that a challenge names. Opens nothing: a request that is not challenged is
 * decided on in its handler, and only there. That a scope is missing does not depend on arguments, so
 * that a list tells it, and just what is challenged has its decision here.
 * @returns undefined where the call may go on, or no scope would help.
 */
export async function scopeChallenge(
  { enforcer, connection }: ServerGuard,
  authInfo: AuthInfo,
  { tool, args, arguments: how }: CallTarget,
): Promise<ScopeChallenge | undefined> {
  const caller = callerOf({ http: { authInfo } }, connection, enforcer);
  const listing = await enforcer.list({ ...caller, tools: [tool] });
  const hidden = listing.kind === "deny" ? [] : listing.hidden;
  const isMissing = hidden.some(({ reasons }) => reasons.some(({ code }) => code === missing));
  if (!isMissing) return undefined;
  const authorization = await enforcer.authorize({ ...caller, tool, args, arguments: how });
  if (authorization.kind !== "deny") return undefined;
  const scope = authorization.decision.missingScopes?.[0];
  if (scope === undefined) return undefined;
  return { scopes: [scope], errorDescription: "the key lacks a scope that this call needs" };
}
