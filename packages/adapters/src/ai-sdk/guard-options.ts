import type { Caller, Enforcer, Principal, Surroundings, ToolArguments } from "@scopeward/sdk";
import { nestedPrincipal } from "../nested-principal.ts";

/** Who decides, and for whom. */
export interface GuardOptions extends Pick<
  Surroundings,
  "session" | "facts" | "subjectProperties"
> {
  readonly enforcer: Enforcer;
  /**
   * Who calls, for tools and models that are guarded once for each request. Absent: `principal` of the
   * tool's own context (`toolsContext`, `contextSchema`), then the principal at hand
   * (`enforcer.withPrincipal`).
   */
  readonly principal?: Principal;
}

/** The same for tools. */
export interface ToolGuardOptions extends GuardOptions {
  /**
   * By the tool's name, for a tool whose parsed input is no plain JSON, or that its schema changes once
   * more when it is parsed again.
   */
  readonly policyArgs?: Readonly<
    Record<string, Required<Pick<ToolArguments, "toPolicyArgs" | "fromPolicyArgs">>>
  >;
}

/** What every call of these options carries: who calls, and what surrounds it. */
export function surroundingsOf(
  options: GuardOptions,
  context?: unknown,
): Caller & Pick<Surroundings, "session" | "facts" | "subjectProperties"> {
  const { session, facts, subjectProperties } = options;
  return {
    // Nobody at hand is passed on as it is: the Enforcer denies what is no principal.
    principal: callerOf(options, context) as Principal,
    ...(session === undefined ? {} : { session }),
    ...(facts === undefined ? {} : { facts }),
    ...(subjectProperties === undefined ? {} : { subjectProperties }),
  };
}

/** Who calls, as far as anybody said. */
export function callerOf(
  { principal, enforcer }: GuardOptions,
  context: unknown,
): Principal | undefined {
  const atHand = enforcer.currentPrincipal();
  const named = principal ?? principalIn(context);
  return named === undefined || atHand === undefined
    ? (named ?? atHand)
    : nestedPrincipal(named, atHand);
}

function principalIn(context: unknown): Principal | undefined {
  if (typeof context !== "object" || context === null || !("principal" in context))
    return undefined;
  return context.principal as Principal | undefined;
}
