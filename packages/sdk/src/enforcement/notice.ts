import type { Action, Party } from "@scopeward/core";

/** What the obligation `notify` tells. */
export interface Notice {
  /** As the policy names it, such as `security`. */
  readonly channel: string;
  readonly message?: string;
  readonly decisionId: string;
  readonly tenant: string;
  readonly keyId: string;
  readonly subject: Party;
  readonly action: Action;
}
