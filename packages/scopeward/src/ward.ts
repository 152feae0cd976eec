import type { AccessRequest, Catalogue, Decision, Problem } from "@scopeward/core";

/** What a Ward tells of its policies. */
export interface WardEvents {
  /** New policies decide from now on; `milliseconds` since the change was noticed. */
  readonly reload: { readonly revision: string; readonly milliseconds: number };
  /** A change was refused: the policies before it still decide. */
  readonly "reload-failed": { readonly problems: readonly Problem[] };
}

/** Scopeward, opened in this process. */
export interface Ward {
  /** Of the bundle that decides now: `sha256:<hex>`. */
  readonly revision: string;
  /** Everything that the policies which decide now declare. */
  readonly catalogue: Catalogue;
  /**
   * Decides one request: a dry run, which opens nothing by itself. Synchronous; never throws for
   * anything in the request. Whatever goes wrong is a deny with an `engine:` code.
   */
  decide(request: AccessRequest): Decision;
  /**
   * Calls `listener` at each event until the returned function is called. What a listener throws is
   * an uncaught exception, as of any event emitter, and never reaches a decision.
   */
  on<E extends keyof WardEvents>(event: E, listener: (detail: WardEvents[E]) => void): () => void;
  /** Ends watching and frees the bundle; from then on every decision is `engine:no_bundle`. */
  close(): Promise<void>;
}
