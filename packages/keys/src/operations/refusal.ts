/** Why an operation was not carried out. Nothing was changed. */
export type RefusalCode =
  /** A member of the request is malformed; `field` names it. */
  | "invalid"
  /** A grant covers nothing of the catalogue. */
  | "scope_unknown"
  /** The grant's scopes are not open to the key's audience. */
  | "scope_audience"
  /** A scope requires a constraint that the key lacks. */
  | "constraint_missing"
  /** There are no policies to hold the scopes against. */
  | "catalogue_unavailable"
  /** No key of this tenant has the id. */
  | "key_unknown"
  /** The stored record is not what Scopeward wrote. */
  | "record_invalid"
  /** Revoked is final. */
  | "key_revoked"
  /** The parent is revoked, disabled or expired. */
  | "parent_inactive"
  /** The parent is five keys below its root, which is the limit. */
  | "too_deep"
  /** More than the parent may. */
  | "exceeds_parent"
  /** More than the one who asks may: not a management key, or beyond its `mayGrant`. */
  | "exceeds_authority"
  /** Another change came first: read the key and try again. */
  | "conflict"
  /** The idempotency key was used for another request. */
  | "idempotency_mismatch"
  /** The audit log cannot take the entry; only what ends a key goes on without it. */
  | "audit_unavailable";

/** An operation that was not carried out. */
export interface Refusal {
  readonly kind: "refused";
  readonly code: RefusalCode;
  /** What is wrong and what to do, for people. Holds no secret. */
  readonly message: string;
  /** The member of the request that it is about. */
  readonly field?: string;
}

/** Makes a refusal. */
export function refuse(code: RefusalCode, message: string, field?: string): Refusal {
  return { kind: "refused", code, message, ...(field === undefined ? {} : { field }) };
}
