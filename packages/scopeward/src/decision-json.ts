import type { Decision, JsonObject } from "@scopeward/core";

/** A Decision in the form that other programs read (contract): `missing_scopes` in snake case. */
export function decisionJson(decision: Decision): JsonObject {
  const { effect, reasons, obligations, args, missingScopes } = decision;
  return {
    effect,
    reasons: reasons.map(({ code, message }) =>
      message === undefined ? { code } : { code, message },
    ),
    obligations,
    ...(args === undefined ? {} : { args }),
    ...(missingScopes === undefined ? {} : { missing_scopes: missingScopes }),
  };
}
