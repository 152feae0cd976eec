import { type Audience, type Catalogue, covers } from "@scopeward/core";
import type { Constraints } from "../record/key-record.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What a grant is worth to a key, by what the policies declare. */
export type GrantStanding =
  /** At least one scope that it covers is open to the key. */
  | { readonly kind: "open" }
  | { readonly kind: "scope_unknown" }
  | { readonly kind: "scope_audience" }
  /** Each scope that it covers and the audience may use requires a constraint that the key lacks. */
  | { readonly kind: "constraint_missing"; readonly constraint: string };

/** Who would use a grant. */
export interface GrantHolder {
  readonly audience: Audience;
  /** The effective ones. */
  readonly constraints: Constraints;
}

/**
 * Holds a grant against the catalogue. A wildcard is worth something as soon as one of the scopes
 * that it covers is: the others are tested when they are used.
 */
export function standingOf(
  grant: string,
  holder: GrantHolder,
  catalogue: Catalogue,
): GrantStanding {
  const covered = Object.entries(catalogue.scopes).filter(([scope]) => covers(grant, scope));
  if (covered.length === 0) return { kind: "scope_unknown" };
  const open = covered.filter(([, { audiences }]) => audiences.includes(holder.audience));
  if (open.length === 0) return { kind: "scope_audience" };
  const missing = open.map(([, { requires }]) =>
    requires.find((name) => !Object.hasOwn(holder.constraints, name)),
  );
  const [constraint] = missing;
  return constraint === undefined || missing.includes(undefined)
    ? { kind: "open" }
    : { kind: "constraint_missing", constraint };
}

/** Why these grants cannot be given; undefined when each is worth something. */
export function catalogueRefusal(
  grants: readonly string[],
  holder: GrantHolder,
  catalogue: Catalogue | undefined,
): Refusal | undefined {
  if (catalogue === undefined) {
    return refuse("catalogue_unavailable", "there are no policies to hold the scopes against");
  }
  for (const grant of grants) {
    const standing = standingOf(grant, holder, catalogue);
    switch (standing.kind) {
      case "open":
        continue;
      case "scope_unknown":
        return refuse(
          "scope_unknown",
          `no policy declares a scope that \`${grant}\` covers`,
          "scopes",
        );
      case "scope_audience":
        return refuse(
          "scope_audience",
          `nothing that \`${grant}\` covers is open to ${holder.audience} keys`,
          "scopes",
        );
      case "constraint_missing":
        return refuse(
          "constraint_missing",
          `\`${grant}\` requires the constraint \`${standing.constraint}\`: name what the key is for`,
          "constraints",
        );
    }
  }
  return undefined;
}
