import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { JsonObject } from "@scopeward/core";
import { AdapterError } from "../adapter-error.ts";

/** What a policy may see and set, by the names that providers use over HTTP. */
const members = {
  max_tokens: "maxOutputTokens",
  temperature: "temperature",
  top_p: "topP",
  top_k: "topK",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
  seed: "seed",
} as const;

/** The parameters of a model call as a policy sees them. */
export function policyParameters(params: LanguageModelV4CallOptions): JsonObject {
  const seen = Object.entries(members).map(([name, member]) => [name, params[member]] as const);
  return Object.fromEntries(
    seen.filter((entry): entry is readonly [string, number] => entry[1] !== undefined),
  );
}

/**
 * The parameters with what was decided.
 * @throws AdapterError `parameters_unsupported` for what the framework cannot pass on: a limit that is
 *   left out silently is none.
 */
export function decidedParameters(
  params: LanguageModelV4CallOptions,
  args: JsonObject,
  maxOutputTokens: number | undefined,
): LanguageModelV4CallOptions {
  const decided = { ...params };
  for (const [name, value] of Object.entries(args)) {
    if (!isName(name) || typeof value !== "number") {
      const message = `the policies set the parameter \`${name}\`, which is not passed on to a model; use one of ${Object.keys(members).join(", ")}, with a number`;
      throw new AdapterError("parameters_unsupported", message);
    }
    decided[members[name]] = value;
  }
  if (maxOutputTokens !== undefined) {
    const { maxOutputTokens: asked = maxOutputTokens } = decided;
    decided.maxOutputTokens = Math.min(asked, maxOutputTokens);
  }
  return decided;
}

function isName(name: string): name is keyof typeof members {
  return Object.hasOwn(members, name);
}
