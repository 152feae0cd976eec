import type { Decision } from "@scopeward/core";

/** A deny, or a question to a person, as a model or program reads it. */
export interface Denial {
  readonly denied: true;
  /** Sorted, as in the decision. */
  readonly codes: readonly string[];
  /** One line: codes, messages, and what to do next. Holds no rule's source. */
  readonly message: string;
  readonly missingScopes?: readonly string[];
  /** The id of a question that waits for a person. */
  readonly approval?: string;
}

/** What every adapter answers with where a call does not run. */
export function denialOf(decision: Decision, approval?: string): Denial {
  const codes = decision.reasons.map(({ code }) => code);
  const reasons = decision.reasons.map(({ code, message }) =>
    message === undefined ? code : `${code}: ${message}`,
  );
  const isParked = approval !== undefined;
  const next = isParked
    ? `a person has to approve it first (approval ${approval}); do not try again before that`
    : "do not try again with the same arguments";
  return {
    denied: true,
    codes,
    message: `${isParked ? "waiting for approval" : "denied by policy"} (${reasons.join("; ")}); ${next}`,
    ...(decision.missingScopes === undefined ? {} : { missingScopes: decision.missingScopes }),
    ...(isParked ? { approval } : {}),
  };
}
