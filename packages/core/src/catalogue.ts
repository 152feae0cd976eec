import type { Audience } from "./access-request.ts";

/** How much harm a scope can do; absent sorts after `critical`. */
export type Risk = "low" | "medium" | "high" | "critical";

/** The risks from least to most. */
export const risks: readonly Risk[] = ["low", "medium", "high", "critical"];

/**
 * Where the resource of a tool call comes from: a JSON pointer into the arguments (RFC 6901, begins
 * with `/`) or the name of a normaliser. `"none"` says that the tool touches no resource.
 */
export type ResourceDeclaration = "none" | { readonly type: string; readonly from: string };

/** One declared scope, with what its feature file says of it. Lists are sorted. */
export interface CatalogueScope {
  readonly feature: string;
  readonly title?: string;
  readonly description?: string;
  readonly tools: readonly string[];
  readonly models: readonly string[];
  readonly audiences: readonly Audience[];
  readonly risk?: Risk;
  /** Constraints that a key with this scope must carry, such as `["dataset"]`. */
  readonly requires: readonly string[];
}

/** One tool or model: who owns it, and which scopes open it to which audience. */
export interface CatalogueTarget {
  /** The features that name it, sorted; all their rules run. */
  readonly features: readonly string[];
  /** The scopes that name it and are open to the audience, by risk, then name. */
  readonly scopes: { readonly [audience in Audience]: readonly string[] };
  /** Absent where no scope declares one, and for models. */
  readonly resource?: ResourceDeclaration;
}

/** One feature: package `features.<name>`. */
export interface CatalogueFeature {
  readonly title?: string;
  readonly description?: string;
  readonly scopes: readonly string[];
}

/**
 * Everything that the policies declare, evaluated when the bundle is built and carried inside it as
 * `data.scopeward.catalogue`. Members are keyed by name.
 */
export interface Catalogue {
  readonly features: { readonly [feature: string]: CatalogueFeature };
  readonly scopes: { readonly [scope: string]: CatalogueScope };
  readonly tools: { readonly [tool: string]: CatalogueTarget };
  readonly models: { readonly [model: string]: CatalogueTarget };
}
