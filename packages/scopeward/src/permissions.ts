import type { Catalogue, Decision } from "@scopeward/core";
import { covers } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";
import type { Call } from "./call.ts";

/** What a principal may be offered. Sorted; empty lists where it may do nothing. */
export interface Permissions {
  /** Features of which a granted scope opens a tool or model that is listed below. */
  readonly features: readonly string[];
  readonly tools: readonly string[];
  readonly models: readonly string[];
}

/** A model is offered where one of its operations is. */
const operations = ["chat", "embeddings"];

/** Asks, at phase `list`, for everything that the catalogue names. */
export function permissionsOf(
  principal: Principal,
  catalogue: Catalogue,
  decide: (call: Call) => Decision,
): Permissions {
  const isOffered = (call: Call): boolean => decide({ ...call, phase: "list" }).effect !== "deny";
  const tools = Object.keys(catalogue.tools).filter((name) =>
    isOffered({ action: { type: "tool", name } }),
  );
  const models = Object.keys(catalogue.models).filter((id) =>
    operations.some((name) =>
      isOffered({ action: { type: "model", name }, resource: { type: "model", id } }),
    ),
  );
  const features = Object.entries(catalogue.scopes)
    .filter(
      ([scope, { audiences, tools: itsTools, models: itsModels }]) =>
        audiences.includes(principal.key.audience) &&
        principal.key.scopes.some((grant) => covers(grant, scope)) &&
        (itsTools.some((tool) => tools.includes(tool)) ||
          itsModels.some((model) => models.includes(model))),
    )
    .map(([, { feature }]) => feature);
  return {
    features: [...new Set(features)].toSorted(),
    tools: tools.toSorted(),
    models: models.toSorted(),
  };
}
