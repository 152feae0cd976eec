/** What `lint` finds. */
export type LintRule =
  | "no_expiry"
  | "expiring_1d"
  | "expiring_7d"
  | "expiring_14d"
  | "unused_30d"
  | "unused_90d"
  | "grant_unused"
  | "grant_wildcard"
  | "owner_unknown"
  | "scope_unknown"
  | "covers_nothing"
  | "constraint_unknown"
  | "record_invalid"
  | "pepper_missing"
  | "log_unreadable"
  | "revived"
  | "record_rolled_back"
  | "store_rolled_back";

/** One thing that somebody should look at. */
export interface LintFinding {
  readonly rule: LintRule;
  /** Absent for what is about the whole store. */
  readonly keyId?: string;
  readonly owner?: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** What only the surroundings know. What is absent, or answers undefined, is not looked at. */
export interface LintSources {
  /** Whether an owner is still there: for `owner_unknown`. */
  readonly knownOwner?: (owner: string) => Promise<boolean>;
  /** The scopes that a key was used for: for `grant_unused`. */
  readonly usedScopes?: (keyId: string) => Promise<ReadonlySet<string> | undefined>;
  /** The keys that are revoked by what the audit log says: for `revived`. */
  readonly revokedKeys?: () => Promise<ReadonlySet<string> | undefined>;
  /** The version of a key by what the audit log says: for `record_rolled_back`. */
  readonly latestVersion?: (keyId: string) => Promise<number | undefined>;
}
