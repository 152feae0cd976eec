import { covers } from "@scopeward/core";
import type { KeyBody } from "../record/key-body.ts";
import type { MayGrant } from "../record/key-record.ts";
import { ownerMatches } from "../record/owner.ts";

/** What of a key a management key's authority is held against. */
export type Managed = Pick<KeyBody, "kind" | "owner" | "audience" | "scopes" | "expiresAt">;

/**
 * Why a management key may not touch a key at all: whose it is, for whom, and that no management
 * key manages another, or itself. Enough to end it.
 * @returns a text for people; undefined when it may.
 */
export function beyondReach(key: Managed, mayGrant: MayGrant): string | undefined {
  if (key.kind === "mgt") return "a management key cannot change management keys";
  if (!mayGrant.owners.some((pattern) => ownerMatches(pattern, key.owner))) {
    return "the management key does not manage the keys of this owner";
  }
  return mayGrant.audiences.includes(key.audience)
    ? undefined
    : `the management key does not manage ${key.audience} keys`;
}

/**
 * Why a management key may not bring a key into this state. The key's own grants are held against
 * it, not what its parents leave of them now: parents may be widened later.
 * @returns a text for people; undefined when it may.
 */
export function beyondMayGrant(
  key: Managed,
  mayGrant: MayGrant,
  nowMs: number,
): string | undefined {
  const reach = beyondReach(key, mayGrant);
  if (reach !== undefined) return reach;
  const grant = key.scopes.find((scope) => !mayGrant.scopes.some((wide) => covers(wide, scope)));
  if (grant !== undefined) return `the management key may not give \`${grant}\``;
  if (key.expiresAt === undefined) return "the management key may only give keys that expire";
  return Date.parse(key.expiresAt) <= nowMs + mayGrant.maxLifeSeconds * 1_000
    ? undefined
    : `the management key may give ${mayGrant.maxLifeSeconds} seconds at most`;
}
