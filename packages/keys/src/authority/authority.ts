import type { Constraints } from "../record/key-record.ts";

/** What a key may do: grants, narrowed by constraints. */
export interface Authority {
  readonly scopes: readonly string[];
  readonly constraints: Constraints;
}

/**
 * What both allow: grants by `meet`, constraints by name. Lists intersect (`cidr` by networks),
 * numbers take the smaller, anything else must be equal or becomes `[]`, which allows nothing.
 */
export function meetAuthority(a: Authority, b: Authority): Authority {
  throw new Error(`not there yet: ${a.scopes.length} ${b.scopes.length}`);
}

/** What is left of a key under all those above it. */
export function effectiveAuthority(chain: readonly Authority[]): Authority {
  throw new Error(`not there yet: ${chain.length}`);
}

/** Where one authority goes beyond another; undefined when it is within. Leaving out a constraint that the other has goes beyond it. */
export function excess(
  wanted: Authority,
  limit: Authority,
): { readonly field: "scopes" | "constraints"; readonly what: string } | undefined {
  throw new Error(`not there yet: ${wanted.scopes.length} ${limit.scopes.length}`);
}
