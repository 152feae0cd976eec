/** What keys tell the operator. No event holds a token. */
export interface KeyEvents {
  /** A secret that is being replaced was used: somebody still has the old token. */
  readonly "retiring-secret-used": { readonly keyId: string; readonly endsAt: string };
  /** Many wrong secrets for one key within a minute: somebody guesses, or has an old token. */
  readonly "wrong-secrets": {
    readonly keyId: string;
    readonly count: number;
    readonly source?: string;
  };
  /** Texts that are no tokens, or of keys that are not there: once for each source and minute. */
  readonly junk: { readonly source?: string; readonly count: number; readonly minute: string };
  /** The wall clock went another way than the monotonic one, by so many milliseconds. */
  readonly "clock-stepped": { readonly milliseconds: number };
  /** The store cannot be asked, or must not be trusted; every verification is refused meanwhile. */
  readonly "store-unavailable": { readonly reason: string };
  /** It can be asked again. */
  readonly "store-available": { readonly downMs: number };
  /** The audit log has later changes than the store: the store was put back to an earlier state. */
  readonly "store-rolled-back": { readonly storeSequence: number; readonly auditSequence: number };
  /** Work in the background failed (last uses, entries for the audit log); it is tried again. */
  readonly "background-failed": { readonly task: string; readonly reason: string };
}
