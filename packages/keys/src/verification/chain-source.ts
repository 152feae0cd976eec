import type { VerificationCode } from "@scopeward/core";
import type { Freshness } from "@scopeward/sdk";
import type { ReadKey } from "./read-key.ts";

/** A key with those above it, or why they are not known. */
export type ChainRead =
  | {
      readonly kind: "read";
      /** Nearest first; empty for an unknown key. */
      readonly chain: readonly ReadKey[];
      readonly freshness: Freshness;
    }
  | {
      readonly kind: "rejected";
      readonly code: Extract<VerificationCode, "key:store_unavailable" | "key:stale">;
      /** For the operator. */
      readonly detail: string;
    };

/** Where a verification gets keys from. Never throws or rejects for a store that fails. */
export interface ChainSource {
  /** @param isStrong - whether the authority is to be read for this call. */
  read(id: string, isStrong: boolean): ChainRead | Promise<ChainRead>;
  /** These keys were changed by this process. */
  invalidate(ids: readonly string[]): void;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}

/** The store did not answer, or must not be trusted. */
export function storeUnavailable(detail: string): Extract<ChainRead, { kind: "rejected" }> {
  return { kind: "rejected", code: "key:store_unavailable", detail };
}
