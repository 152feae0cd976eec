import type { Audience } from "@scopeward/core";
import type { AccessVerifier, KeyKind, KeyVerifier, Principal } from "@scopeward/sdk";
import type { KeyEvents } from "./key-events.ts";
import type { LintFinding } from "./operations/lint-finding.ts";
import type { Refusal } from "./operations/refusal.ts";
import type { Constraints, KeyRecord, KeyStatus, MayGrant } from "./record/key-record.ts";
import type { Secret } from "./token/secret.ts";

/** What a new key shall be. Durations are `90s`, `15m`, `24h`, `30d`; points in time RFC 3339. */
export interface IssueRequest {
  /** `user:ada`, `service:billing`. */
  readonly owner: string;
  /** Found from the audience where absent: `int` or `ext`. */
  readonly kind?: KeyKind;
  /** Found from the kind where absent; an agent's or management key is internal then. */
  readonly audience?: Audience;
  /** Grants. Required but for a management key, which has none. */
  readonly scopes?: readonly string[];
  /** With a parent: each that is not named is the parent's. */
  readonly constraints?: Constraints;
  /**
   * Duration or point in time. Absent: 90 days for an external or management key, 24 hours for an
   * agent's, none for an internal one; never later than the parent's.
   */
  readonly expires?: string;
  readonly notBefore?: string;
  readonly name?: string;
  readonly notes?: string;
  /** Id of the key that this one must not exceed. */
  readonly parent?: string;
  /** Of a management key, and only of one. */
  readonly mayGrant?: MayGrant;
  /** A second request with the same text issues nothing and answers with the first key. */
  readonly idempotencyKey?: string;
}

/**
 * What a child key shall be. Its scopes are always named; owner, kind and each constraint that is not
 * named are the parent's.
 */
export type DelegateRequest = Omit<IssueRequest, "parent" | "mayGrant" | "owner" | "audience"> & {
  /** The parent's where absent. */
  readonly owner?: string;
};

/** What to change. What is absent stays; `null` removes. */
export interface KeyChanges {
  readonly scopes?: readonly string[];
  /** All constraints anew. Leaving one out that was there widens. */
  readonly constraints?: Constraints;
  readonly expires?: string | null;
  readonly notBefore?: string | null;
  readonly name?: string | null;
  readonly notes?: string | null;
  readonly mayGrant?: MayGrant;
  /** Refuses with `conflict` when the key has another version by now. */
  readonly version?: number;
}

/** Which keys to list. */
export interface ListFilter {
  readonly owner?: string;
  /** Keys with a grant that covers this scope. */
  readonly scope?: string;
  /** Active keys that expire within this duration, such as `14d`. */
  readonly expiring?: string;
  readonly status?: KeyStatus;
  readonly parent?: string;
}

/** Many keys at once: those of an owner, or those whose grants cover a scope. */
export type ManyKeys = { readonly owner: string } | { readonly scope: string };

/** A key was issued. The token is shown here and never again. */
export interface Issued {
  readonly kind: "issued";
  readonly key: KeyRecord;
  readonly token: Secret;
}

/** The idempotency key was used before: this is the key of then; its token cannot be shown again. */
export interface Replayed {
  readonly kind: "replayed";
  readonly key: KeyRecord;
}

/** A key was changed. */
export interface Changed {
  readonly kind: "changed";
  readonly key: KeyRecord;
}

/** A key has a new secret; the old one works until `retiring.endsAt`. */
export interface Rotated {
  readonly kind: "rotated";
  readonly key: KeyRecord;
  readonly token: Secret;
  readonly retiring: { readonly endsAt: string };
}

/** No verification that starts after `effectiveBy` (RFC 3339) accepts the key, on any node. */
export interface Ended {
  readonly kind: "ended";
  readonly key: KeyRecord;
  readonly effectiveBy: string;
}

/** As {@link Ended}, for many; keys that were revoked already are not among them. */
export interface ManyEnded {
  readonly kind: "ended";
  readonly keys: readonly KeyRecord[];
  readonly effectiveBy: string;
}

/** Why it is done; goes into the record and the audit log. */
export interface Reason {
  readonly reason?: string;
}

/**
 * The keys of one tenant. Outcomes are values; rejects with KeysError when the store or the pepper
 * is not there. Called in this process it acts with the authority of the process, as the command
 * line does; {@link Keys.as} acts with that of a management key.
 */
export interface Keys extends KeyVerifier, AccessVerifier {
  issue(request: IssueRequest): Promise<Issued | Replayed | Refusal>;
  /** By time of creation, oldest first. */
  list(filter?: ListFilter): Promise<readonly KeyRecord[]>;
  show(id: string): Promise<KeyRecord | undefined>;
  update(id: string, changes: KeyChanges): Promise<Changed | Refusal>;
  /**
   * A new secret for the same key.
   * @param options.overlap - how long the old one still works: duration, 24 hours by default, at
   *   most 30 days; `0s` ends it now (a leak).
   */
  rotate(id: string, options?: { readonly overlap?: string }): Promise<Rotated | Refusal>;
  /** Final. Does not wait for the audit log. */
  revoke(id: string, options?: Reason): Promise<Ended | Refusal>;
  /** Final, for many keys at once. */
  revokeAll(which: ManyKeys, options?: Reason): Promise<ManyEnded | Refusal>;
  /** Until enabled again. Does not wait for the audit log. */
  disable(id: string, options?: Reason): Promise<Ended | Refusal>;
  enable(id: string): Promise<Changed | Refusal>;
  /** A child key, which can never do more than its parent can at that time. */
  delegate(parent: string, request: DelegateRequest): Promise<Issued | Replayed | Refusal>;
  /** What somebody should look at. */
  lint(): Promise<readonly LintFinding[]>;
  /**
   * The one-line form: whether a token is good for a scope now. Counts as a use: it is written to the
   * audit log first, and false when that cannot take it. Never rejects.
   */
  validateApiKey(token: unknown, requiredScope: string): Promise<boolean>;
  /**
   * The same keys, changed with the authority of a management key instead of this process's. Any
   * management key may read all of them; for what is none `list`, `show` and `lint` reject with
   * KeysError `not_allowed`.
   */
  as(principal: Principal): Keys;
  /** Whether these keys made a principal. Whether its key still works only `reverify` knows. */
  made(value: unknown): value is Principal;
  /** Calls `listener` at each event until the returned function is called. */
  on<E extends keyof KeyEvents>(event: E, listener: (detail: KeyEvents[E]) => void): () => void;
  /** Flushes what is buffered and ends. Later verifications are `key:store_unavailable`. */
  close(): Promise<void>;
}
