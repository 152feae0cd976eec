import type { VerificationCode } from "@scopeward/core";
import type { VerifyOptions } from "./key-verifier.ts";
import type { Principal } from "./principal.ts";

/** What a key must be good for: a scope, or any scope of a feature. */
export type AccessRequirement =
  | { readonly scope: string; readonly feature?: undefined }
  | { readonly feature: string; readonly scope?: undefined };

/** Why a key that was verified is no good for it, in the codes of a decision. */
export type AccessCode =
  | "scope:unknown"
  | "scope:audience"
  | "scope:missing"
  | "key:constraint_unresolved"
  | "engine:audit_unavailable";

/** The answer: who it is, or why not. */
export type AccessVerification =
  | { readonly outcome: "verified"; readonly principal: Principal }
  | {
      readonly outcome: "rejected";
      readonly code: VerificationCode | AccessCode;
      /** With `scope:missing`: of those that would do, the least risky. */
      readonly missingScope?: string;
    };

/**
 * Verifies a key for what has no tool of its own, such as a route (port version 1). It is a use: the
 * audit log has it before it is answered. Never rejects.
 */
export interface AccessVerifier {
  /** @param token - whatever the client sent; what is no text is `key:malformed`. */
  verifyAccess(
    token: unknown,
    required: AccessRequirement,
    options?: VerifyOptions,
  ): Promise<AccessVerification>;
}
