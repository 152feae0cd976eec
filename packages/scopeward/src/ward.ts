import type { AccessRequest, Catalogue, Decision, Problem } from "@scopeward/core";
import type { Keys, LintFinding } from "@scopeward/keys";
import type { Enforcer, Notice, Principal } from "@scopeward/sdk";
import type { Call } from "./call.ts";
import type { Permissions } from "./permissions.ts";

/** What a Ward tells of its policies. */
export interface WardEvents {
  /** New policies decide from now on; `milliseconds` since the change was noticed. */
  readonly reload: {
    readonly revision: string;
    readonly milliseconds: number;
    /**
     * Keys that the change took something from: a grant of theirs covers no scope any more. Looked
     * for only when a scope was removed or narrowed, and only where there are keys.
     */
    readonly strandedKeys: readonly LintFinding[];
  };
  /** A change was refused: the policies before it still decide. */
  readonly "reload-failed": { readonly problems: readonly Problem[] };
  /** A policy's obligation `notify`. While nobody listens, calls with this obligation are denied. */
  readonly notify: Notice;
}

/** Scopeward, opened in this process. */
export interface Ward {
  /** Of the bundle that decides now: `sha256:<hex>`. */
  readonly revision: string;
  /** Everything that the policies which decide now declare. */
  readonly catalogue: Catalogue;
  /** The keys. Nothing is read or made before the first call. */
  readonly keys: Keys;
  /** The one path for calls of tools and models; what the adapters are given. */
  readonly enforcer: Enforcer;
  /**
   * Decides one request: a dry run, which opens nothing by itself. Synchronous; never throws for
   * anything in the request. Whatever goes wrong is a deny with an `engine:` code.
   */
  decide(request: AccessRequest): Decision;
  /**
   * Decides what a principal wants to do. Its key's chain is verified again first, so the decision is
   * about what the key may do now: a rejection is a deny with its `key:` code. The decision is ANDed
   * with the key's own limits. A dry run as well; never rejects.
   */
  decideFor(principal: Principal, call: Call): Promise<Decision>;
  /**
   * What may be offered to a principal, by phase `list`, as of its verification; nothing once it has
   * expired. The call itself is decided anew.
   * @throws TypeError for what `verify` of these keys did not make.
   */
  permitted(principal: Principal, about?: Pick<Call, "subjectProperties">): Permissions;
  /**
   * Calls `listener` at each event until the returned function is called. What a listener throws is
   * an uncaught exception, as of any event emitter, and never reaches a decision.
   */
  on<E extends keyof WardEvents>(event: E, listener: (detail: WardEvents[E]) => void): () => void;
  /**
   * Runs a function, and whatever it starts, with a principal at hand, for code that cannot pass it
   * on; the adapters look there last.
   */
  withPrincipal<T>(principal: Principal, work: () => T): T;
  /** Ends watching, frees the bundle and closes the keys; from then on every decision is `engine:no_bundle`. */
  close(): Promise<void>;
}
