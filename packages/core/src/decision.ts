import type { EngineCode } from "./engine-code.ts";
import type { JsonObject, JsonValue } from "./json.ts";

/** What the PDP answers: go on, do not, or ask a person first. */
export type Effect = "allow" | "deny" | "require_approval";

/**
 * Why the effect is what it is. `code` is a policy's own (`[a-z][a-z0-9_]*`) or a reserved one
 * (`scope:*`, `key:*`, `engine:*`); `message` is written for the model or person who asked.
 */
export interface Reason {
  readonly code: string;
  readonly message?: string;
}

/** A duty that the enforcer carries out, or denies. `type` names it; the rest are its parameters. */
export interface Obligation {
  readonly type: string;
  readonly [parameter: string]: JsonValue;
}

/**
 * The answer to one AccessRequest (contract).
 *
 * - `reasons` are distinct, sorted by code, then message; an `allow` has none.
 * - `obligations` are distinct, in Rego's order of values; a `deny` has none.
 * - `args` are the rewritten arguments, present only where a policy changed them.
 * - `missingScopes` accompanies `scope:missing`: any one of them would do, by risk, then name.
 */
export interface Decision {
  readonly effect: Effect;
  readonly reasons: readonly Reason[];
  readonly obligations: readonly Obligation[];
  readonly args?: JsonObject;
  readonly missingScopes?: readonly string[];
}

/** The deny that the engine itself gives, with its one reserved reason. Frozen. */
export function engineDeny(code: EngineCode, message?: string): Decision {
  const reason: Reason = Object.freeze(message === undefined ? { code } : { code, message });
  return Object.freeze({
    effect: "deny",
    reasons: Object.freeze([reason]),
    obligations: Object.freeze([]),
  });
}

/** The deny for these reasons. */
export function denyFor(reasons: readonly Reason[]): Decision {
  return { effect: "deny", reasons, obligations: [] };
}

const policyCode = /^[a-z][a-z0-9_]*$/u;

/** Whether a reason's code is a policy's own, and not a reserved one (`scope:*`, `key:*`, `engine:*`). */
export function isPolicyCode(code: string): boolean {
  return policyCode.test(code);
}
