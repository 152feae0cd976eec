import type { Audience, JsonValue } from "@scopeward/core";
import type { KeyKind } from "@scopeward/sdk";

/** Whether a key works: `revoked` is final, `disabled` can be enabled again. Expiry is apart. */
export type KeyStatus = "active" | "disabled" | "revoked";

/** Constraints by resource type, or `tool`, `model`, `cidr`. Absent does not narrow; `[]` allows nothing. */
export type Constraints = { readonly [name: string]: JsonValue };

/** What a management key may do. An empty list allows nothing of its kind. */
export interface MayGrant {
  /** Grants: each scope that it gives must be covered by one. */
  readonly scopes: readonly string[];
  readonly audiences: readonly Audience[];
  /** `user:ada`, `user:*` for all of a type, `*` for all: whose keys it may change. */
  readonly owners: readonly string[];
  /** The longest life of a key that it issues, in seconds. */
  readonly maxLifeSeconds: number;
}

/** One secret of a key, without the secret. */
export interface SecretVersion {
  /** 1 for the first; never used twice. */
  readonly number: number;
  readonly createdAt: string;
  /** When it stops to work; absent for the one that is not retiring. */
  readonly endsAt?: string;
}

/** A key as people and programs see it. Times are RFC 3339 in UTC. Holds nothing secret. */
export interface KeyRecord {
  readonly id: string;
  readonly tenant: string;
  /** `user:ada`, `service:billing`. */
  readonly owner: string;
  readonly kind: KeyKind;
  readonly audience: Audience;
  readonly name?: string;
  readonly notes?: string;
  /** Grants; always `[]` on a management key. */
  readonly scopes: readonly string[];
  readonly constraints: Constraints;
  /** Only, and always, on a management key. */
  readonly mayGrant?: MayGrant;
  readonly status: KeyStatus;
  readonly notBefore?: string;
  readonly expiresAt?: string;
  /** Id of the key that this one was delegated from. */
  readonly parent?: string;
  /** The live secrets, newest first; at most two. */
  readonly secrets: readonly SecretVersion[];
  readonly createdAt: string;
  /** `local`, or `key:<id>` of a management key. */
  readonly createdBy: string;
  readonly revokedAt?: string;
  readonly revokedReason?: string;
  /** As last flushed: may be a minute behind. */
  readonly lastUsedAt?: string;
  /** 1 when issued, one more with each change. */
  readonly version: number;
}
