import type { ToolSet } from "ai";
import type { Principal } from "@scopeward/sdk";
import { checkEnforcer } from "../enforcer-option.ts";
import type { GuardOptions } from "./guard-options.ts";
import { callerOf, surroundingsOf } from "./guard-options.ts";

/** Which tools are there to be offered. */
export interface StepOptions<TOOLS extends ToolSet> extends GuardOptions {
  /** All that the agent has; the framework does not tell. What is left out is never offered. */
  readonly tools: TOOLS;
}

/**
 * Offers the model, at each step, only the tools that the policies let it have: also those that run at
 * the provider or at the client. A hidden tool that the model names all the same does not exist for the
 * framework.
 *
 * @throws TypeError for an option `enforcer` that is none.
 */
export function prepareStep<TOOLS extends ToolSet>(
  options: StepOptions<TOOLS>,
): (step: { readonly toolsContext?: unknown }) => Promise<{
  readonly activeTools: (keyof TOOLS & string)[];
}> {
  checkEnforcer(options.enforcer);
  const names: (keyof TOOLS & string)[] = Object.keys(options.tools);
  return async ({ toolsContext }) => {
    const contexts = Object(toolsContext) as Readonly<Record<string, unknown>>;
    const byCaller = Map.groupBy(names, (name) =>
      callerOf(options, Object.hasOwn(contexts, name) ? contexts[name] : undefined),
    );
    const offered = await Promise.all(
      [...byCaller].map(([principal, tools]) => offeredTo(principal, tools, options)),
    );
    const active = new Set(offered.flat());
    return { activeTools: names.filter((name) => active.has(name)) };
  };
}

async function offeredTo(
  principal: Principal | undefined,
  tools: readonly string[],
  options: GuardOptions,
): Promise<readonly string[]> {
  const caller = principal === undefined ? {} : { principal };
  const listing = await options.enforcer.list({
    ...surroundingsOf({ ...options, ...caller }),
    tools,
  });
  return listing.kind === "listed" ? listing.tools : [];
}
