import type { VerificationCode } from "@scopeward/core";
import type { Principal } from "./principal.ts";

/** What is known about the one who shows a token, and how sure the answer must be. */
export interface VerifyOptions {
  /** IP address of the peer, as the socket or a trusted proxy says it. */
  readonly address?: string;
  /**
   * `strong` reads the authority for this call, for management and what cannot be undone; `bounded`
   * (the default) may use what this node knows, never older than the revocation bound.
   */
  readonly consistency?: "strong" | "bounded";
}

/** The answer: who it is, or why not. */
export type Verification =
  | { readonly outcome: "verified"; readonly principal: Principal }
  | {
      readonly outcome: "rejected";
      readonly code: VerificationCode;
      /** Of the key, where the token is well-formed. */
      readonly keyId?: string;
      /** For the operator's log, never for the one who asked; holds no token. */
      readonly detail?: string;
    };

/**
 * Turns a token into a Principal (port version 1).
 *
 * - Never rejects: whatever fails is an outcome with a code.
 * - A revocation that was committed is seen by every verification that starts after its
 *   `effectiveBy`.
 * - Any number of calls at once.
 */
export interface KeyVerifier {
  /** @param token - whatever the client sent; what is no text is `key:malformed`. */
  verify(token: unknown, options?: VerifyOptions): Promise<Verification>;
  /**
   * The same principal as of now: its chain read again, its attenuations applied again. What was not
   * made by this verifier is `key:malformed`.
   */
  reverify(
    principal: Principal,
    options?: Pick<VerifyOptions, "consistency">,
  ): Promise<Verification>;
}
