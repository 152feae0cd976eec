import type { ApprovalFilter, ApprovalRecord } from "@scopeward/sdk";

/**
 * The records of a queue, as one transaction sees them. Times are milliseconds since 1970. A status is
 * what was last written: whether a record has expired meanwhile is for the queue to say.
 */
export interface ApprovalTable {
  find(id: string): ApprovalRecord | undefined;
  /** The record of a binding that is pending, approved or denied, and expires after `nowMs`. */
  findBinding(binding: string, nowMs: number): ApprovalRecord | undefined;
  /** Pending ones of a tenant's key that expire after `nowMs`. */
  countPending(tenant: string, keyId: string, nowMs: number): number;
  /** The oldest first, and no more than `limit`; a status of the filter is the one at `nowMs`. */
  list(filter: ApprovalFilter, nowMs: number, limit: number): readonly ApprovalRecord[];
  insert(record: ApprovalRecord): void;
  /** Writes status and answer; the rest of a record never changes. */
  update(record: ApprovalRecord): void;
  /** Writes `expired` where a pending or approved one does not expire after `nowMs`. @returns how many. */
  markExpired(nowMs: number): number;
  /** Removes what expired before `beforeMs`. */
  forget(beforeMs: number): void;
}

/** Where the records of a queue are. */
export interface ApprovalStorage {
  /** Runs `work` on what is there. Rejects once it is closed, and when it cannot be reached. */
  read<T>(work: (table: ApprovalTable) => T): Promise<T>;
  /**
   * Runs `work` apart from every other change, of whichever process; what it wrote is kept as a whole
   * before this resolves, and not at all where `work` throws, which is thrown on.
   */
  write<T>(work: (table: ApprovalTable) => T): Promise<T>;
  close(): Promise<void>;
}
