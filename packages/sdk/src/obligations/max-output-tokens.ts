import type { Obligation } from "@scopeward/core";
import { defineObligation } from "../obligation.ts";
import type { BeforeObligation } from "../obligation.ts";
import { ObligationError } from "./obligation-error.ts";

const type = "max_output_tokens";

/**
 * `{"type": "max_output_tokens", "limit": 1000}`: how many tokens a model may answer with. The Enforcer
 * hands the smallest to whoever calls the model; for a tool it denies.
 */
export const maxOutputTokens: BeforeObligation<"max_output_tokens"> = defineObligation({
  type,
  phase: "before",
  parameters: {
    type: "object",
    properties: { limit: { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER } },
    required: ["limit"],
    additionalProperties: false,
  },
  fulfil: ({ obligation, action, signal }) => {
    signal.throwIfAborted();
    if (action.type !== "model") {
      throw new ObligationError("wrong_action", "only a model has output tokens to be limited");
    }
    return { limit: limitOf(obligation) };
  },
});

/**
 * The smallest limit of a decision's obligations; undefined where none limits the output. Their
 * parameters have been checked.
 */
export function smallestOutputLimit(obligations: readonly Obligation[]): number | undefined {
  const limits = obligations.filter((each) => each.type === type).map(limitOf);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function limitOf(obligation: Obligation): number {
  return obligation["limit"] as number;
}
