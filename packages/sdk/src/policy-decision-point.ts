import type { AccessRequest, Catalogue } from "@scopeward/core";

/** One bundle that decides, as the Enforcer sees it. */
export interface DecidingPolicy {
  /** `sha256:<hex>`. Two policies of one revision decide alike. */
  readonly revision: string;
  /** What the bundle's policies declare. */
  readonly catalogue: Catalogue;
  /**
   * Decides one request. The Enforcer believes nothing of the answer: what is no Decision, comes too
   * late or is thrown is a deny.
   */
  decide(request: AccessRequest): unknown;
}

/** The PDP behind an Enforcer (port version 1). */
export interface PolicyDecisionPoint {
  /** What decides now; undefined where nothing does, and every call is `engine:no_bundle`. */
  current(): DecidingPolicy | undefined;
}
