import type { Action } from "@scopeward/core";
import type { Principal } from "../principal.ts";
import type { CallArguments } from "./call-arguments.ts";
import type { Surroundings } from "./call.ts";
import type { ObligationPlan } from "./obligation-plan.ts";
import type { Verdict } from "./verdict.ts";

/** What a permit stands for. */
export interface Grant {
  readonly decisionId: string;
  readonly principal: Principal;
  readonly action: Action;
  readonly verdict: Verdict;
  readonly plan: ObligationPlan;
  readonly arguments: CallArguments;
  readonly surroundings: Surroundings;
  readonly maxOutputTokens?: number;
}
