import type { Action, JsonObject, Reason } from "@scopeward/core";
import type { Principal } from "./principal.ts";

/** What is about to run. */
export interface LimitedCall {
  readonly principal: Principal;
  readonly action: Action;
  readonly args: JsonObject;
  readonly decisionId: string;
}

/** Whether it may. */
export type Reservation =
  | { readonly kind: "reserved"; readonly id: string }
  /** `reason.code` is the limiter's own, `[a-z][a-z0-9_]*`. */
  | { readonly kind: "refused"; readonly reason: Reason };

/**
 * Counts what runs (port version 1). Deciding spends nothing: a call is reserved when its permit is
 * used, and settled or released when the tool is done. What it rejects with, or too late, denies:
 * `engine:limit_unavailable`.
 */
export interface Limiter {
  reserve(call: LimitedCall): Promise<Reservation>;
  /** The tool ran, whatever came of it. */
  settle(id: string): Promise<void>;
  /** The tool did not run. */
  release(id: string): Promise<void>;
}
