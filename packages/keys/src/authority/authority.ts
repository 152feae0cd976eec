import { covers, isGrant, isScope, meet } from "@scopeward/core";
import { maxGrants } from "../record/body-shape.ts";
import type { Constraints } from "../record/key-record.ts";
import { constraintExcess, meetConstraints } from "./constraints.ts";

// Crosswise patterns, such as `a:*` and `*:b`, have as many grants in common as there are pairs.
const maxCommonGrants = 2 * maxGrants;

/** What a key may do: grants, narrowed by constraints. */
export interface Authority {
  readonly scopes: readonly string[];
  readonly constraints: Constraints;
}

/**
 * What both allow: grants by `meet`, constraints by name. Lists intersect (`cidr` by networks),
 * numbers take the smaller, anything else must be equal or becomes `[]`, which allows nothing. A
 * constraint of one side alone stays. Grants that another one covers are left out; the rest is sorted.
 * Where more than 200 grants would be left, because wildcards cross, none is: it must not take long.
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

// Each verification of a child computes this, so what most keys hold costs one look-up for each
// grant: only wildcards that neither side includes are held against each other.
function meetScopes(a: readonly string[], b: readonly string[]): readonly string[] {
  const [ours, theirs] = [grantsOf(a), grantsOf(b)];
  const scopes = new Set([...included(ours.scopes, theirs), ...included(theirs.scopes, ours)]);
  const wild = new Set([...included(ours.wild, theirs), ...included(theirs.wild, ours)]);
  const rest = theirs.wild.filter((grant) => !wild.has(grant));
  for (const one of ours.wild) {
    if (wild.has(one)) continue;
    for (const other of rest) {
      const both = meet(one, other);
      if (both !== undefined) (isScope(both) ? scopes : wild).add(both);
    }
    if (scopes.size + wild.size > maxCommonGrants) return [];
  }
  const widest = [...wild].filter(
    (grant) => ![...wild].some((wide) => wide !== grant && covers(wide, grant)),
  );
  const narrow = [...scopes].filter((scope) => !widest.some((wide) => covers(wide, scope)));
  return [...widest, ...narrow].toSorted();
}

interface Grants {
  readonly all: ReadonlySet<string>;
  readonly scopes: readonly string[];
  readonly wild: readonly string[];
}

function grantsOf(texts: readonly string[]): Grants {
  const all = new Set(texts.filter(isGrant));
  const scopes = [...all].filter(isScope);
  return { all, scopes, wild: [...all].filter((grant) => !isScope(grant)) };
}

/** Those of some grants that others include as a whole. */
function included(grants: readonly string[], others: Grants): readonly string[] {
  return grants.filter(
    (grant) => others.all.has(grant) || others.wild.some((wide) => covers(wide, grant)),
  );
}
