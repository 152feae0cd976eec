import type { JsonObject } from "@scopeward/core";
import { type AuthInfo, callerOf, type ServerGuard } from "./server-context.ts";
import type { CallTarget } from "./server-target.ts";

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
 * named: a client asks for all that a challenge names. Runs nothing, and opens nothing: the request is
 * decided on again in its handler.
 * @returns undefined where the call may go on, or no scope would help.
 */
export async function scopeChallenge(
  { enforcer, connection }: ServerGuard,
  authInfo: AuthInfo,
  target: CallTarget,
): Promise<ScopeChallenge | undefined> {
  const authorization = await enforcer.authorize({
    ...callerOf({ http: { authInfo } }, connection, enforcer),
    tool: target.tool,
    args: target.args,
    arguments: target.arguments,
  });
  if (authorization.kind !== "deny") return undefined;
  const scope = authorization.decision.missingScopes?.[0];
  if (scope === undefined) return undefined;
  return { scopes: [scope], errorDescription: "the key lacks a scope that this call needs" };
}
