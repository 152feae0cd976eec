import type { Catalogue, Decision } from "@scopeward/core";
import type { Builtin } from "@scopeward/sdk";

/** Bounds of one decision. What goes beyond one is a deny, never a crash. */
export interface PolicyLimits {
  /** Bytes of the request as JSON text, 1,048,576 by default; beyond: `engine:input_too_large`. */
  readonly inputBytes?: number;
  /** Nesting of the request, 64 by default, at most 1,000; beyond: `engine:input_too_large`. */
  readonly inputDepth?: number;
  /** Bytes of memory for one evaluator; beyond: `engine:evaluation_failed`. */
  readonly memoryBytes?: number;
  /** Milliseconds for one decision with `isolation: "worker"`; beyond: `engine:timeout`. */
  readonly timeoutMs?: number;
}

/** The key that bundles must be signed with. */
export interface BundleVerification {
  /**
   * Public key as text: PEM (SPKI, PKCS #1 or a certificate) or JWK. A secret that signer and loader
   * share is a JWK of type `oct`.
   */
  readonly key: string;
  /** JWS algorithm, the only one that is accepted; found from the key where absent. */
  readonly algorithm?: string;
}

/** How a bundle is opened. */
export interface PolicyOptions {
  /** Builtins of plugins; they cannot replace OPA's own. */
  readonly builtins?: readonly Builtin[];
  /** Modules that a worker imports to have the same builtins (`isolation: "worker"`). */
  readonly pluginModules?: readonly string[];
  readonly limits?: PolicyLimits;
  /** Where policies run: in this thread (`none`, the default), or each decision in a worker. */
  readonly isolation?: "none" | "worker";
  /** Demands a signature; without it signatures are not looked at. */
  readonly verify?: BundleVerification;
  /**
   * Folder that keeps the highest bundle sequence seen, so that an older signed bundle is refused.
   * Only with `verify`: what nobody signed proves no order.
   */
  readonly state?: string;
}

/** A bundle that decides. */
export interface Policy {
  /** Of the bundle: `sha256:<hex>`. */
  readonly revision: string;
  /** Everything that the bundle's policies declare. */
  readonly catalogue: Catalogue;
  /**
   * Decides one AccessRequest. Synchronous and pure; never throws, whatever the request is. All that
   * goes wrong is a deny with an `engine:` code.
   */
  decide(request: unknown): Decision;
  /** Frees the evaluator; from then on every decision is `engine:no_bundle`. */
  close(): void;
}
