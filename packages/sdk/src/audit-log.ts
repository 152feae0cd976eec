import type { JsonObject } from "@scopeward/core";

/** What an entry is about. */
export type AuditEntryType =
  | "decision"
  | "outcome"
  | "key"
  | "policy"
  | "anomaly"
  | "admin"
  | "gap"
  | "lifecycle";

/** One thing that happened. Never holds a token, a secret or a person's data beyond ids. */
export interface AuditEntry extends JsonObject {
  /** Idempotency id: an entry whose id the log has already is not written again. */
  readonly id: string;
  readonly type: AuditEntryType;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly tenant: string;
}

/** What became of a batch: all of it, or nothing that may be relied on. */
export type AuditAppended =
  | {
      readonly kind: "appended";
      /** Names the log. */
      readonly origin: string;
      /** Of the first entry, where the log numbers its entries. */
      readonly index?: number;
      /** Whether the batch outlives a loss of power. */
      readonly durable: boolean;
    }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Whether an entry could be taken now. */
export type AuditHealth =
  | { readonly kind: "ready" }
  | { readonly kind: "unavailable"; readonly reason: string };

/**
 * An append-only log of what was decided and changed (port version 1).
 *
 * - Durability: `append` resolves with `durable: true` after the batch has reached stable storage.
 * - Atomicity: a batch is answered as a whole. After `unavailable` it may be there in part; giving it
 *   again with the same ids leaves each entry once.
 * - Concurrency: any number of calls at once, and of processes where the implementation says so.
 * - Errors: never rejects for a log that cannot take the batch, which is `unavailable` with a reason
 *   for the operator; rejects with TypeError for an entry that is not JSON, or longer than
 *   65,535 bytes as canonical JSON.
 */
export interface AuditLog {
  append(entries: readonly AuditEntry[]): Promise<AuditAppended>;
  health(): Promise<AuditHealth>;
  /**
   * The highest `sequence` of all `key` entries of the store `source`, 0 for none: a store that is
   * behind it was put back to an earlier state. Undefined when the log cannot be read.
   */
  highestSequence(source: string): Promise<number | undefined>;
  /** Waits for what is under way; every later batch is `unavailable`. */
  close(): Promise<void>;
}
