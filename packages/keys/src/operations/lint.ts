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
  | "record_invalid"
  | "revived"
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
