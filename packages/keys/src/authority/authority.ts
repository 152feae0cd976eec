import { covers, meet } from "@scopeward/core";
import type { Constraints } from "../record/key-record.ts";
import { constraintExcess, meetConstraints } from "./constraints.ts";

/** What a key may do: grants, narrowed by constraints. */
export interface Authority {
  readonly scopes: readonly string[];
  readonly constraints: Constraints;
}

/**
 * What both allow: grants by `meet`, constraints by name. Lists intersect (`cidr` by networks),
 * numbers take the smaller, anything else must be equal or becomes `[]`, which allows nothing. A
 * constraint of one side alone stays. Grants that another one covers are left out; the rest is sorted.
 */
export function meetAuthority(a: Authority, b: Authority): Authority {
  return {
    scopes: meetScopes(a.scopes, b.scopes),
    constraints: meetConstraints(a.constraints, b.constraints),
  };
}

/** What is left of a key under all those above it; of no key at all: nothing. */
export function effectiveAuthority(chain: readonly Authority[]): Authority {
  const [first, ...above] = chain;
  if (first === undefined) return { scopes: [], constraints: {} };
  let authority = first;
  for (const limit of above) authority = meetAuthority(authority, limit);
  return authority;
}

/**
 * Where one authority goes beyond another; undefined when it is within. Leaving out a constraint that
 * the other has goes beyond it; one that only `wanted` has narrows further, which is fine.
 */
export function excess(
  wanted: Authority,
  limit: Authority,
): { readonly field: "scopes" | "constraints"; readonly what: string } | undefined {
  const scope = wanted.scopes.find((grant) => !limit.scopes.some((wide) => covers(wide, grant)));
  if (scope !== undefined) return { field: "scopes", what: scope };
  const name = constraintExcess(wanted.constraints, limit.constraints);
  return name === undefined ? undefined : { field: "constraints", what: name };
}

function meetScopes(a: readonly string[], b: readonly string[]): readonly string[] {
  const common = new Set<string>();
  for (const one of a) {
    for (const other of b) {
      const both = meet(one, other);
      if (both !== undefined) common.add(both);
    }
  }
  const grants = [...common];
  return grants
    .filter((grant) => !grants.some((wide) => wide !== grant && covers(wide, grant)))
    .toSorted();
}
