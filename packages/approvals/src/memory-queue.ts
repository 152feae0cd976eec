import type { ApprovalChannel, ApprovalFilter, ApprovalRecord } from "@scopeward/sdk";
import { approvalQueue } from "./approval-queue.ts";
import type { ApprovalTable } from "./approval-table.ts";
import { ApprovalsError } from "./approvals-error.ts";
import { timeMs } from "./record-shape.ts";

/** Questions in the memory of this process, for one that answers them itself; gone when it ends. */
export function memoryApprovals(): ApprovalChannel {
  const table = new MemoryTable();
  let isClosed = false;
  // Nothing waits inside of `work`, so each one is a transaction. It throws before it writes.
  const run = async <T>(work: (open: ApprovalTable) => T): Promise<T> => {
    if (isClosed) throw new ApprovalsError("closed", "the approvals were closed; open them again");
    return work(table);
  };
  return approvalQueue({
    read: run,
    write: run,
    close: async () => {
      isClosed = true;
    },
  });
}

/** A record with its times read once: every change looks at all records. */
interface Kept {
  readonly record: ApprovalRecord;
  readonly createdMs: number;
  readonly expiresMs: number;
}

class MemoryTable implements ApprovalTable {
  readonly #kept = new Map<string, Kept>();

  find(id: string): ApprovalRecord | undefined {
    return this.#kept.get(id)?.record;
  }

  findBinding(binding: string, nowMs: number): ApprovalRecord | undefined {
    const found = this.#select(
      ({ record, expiresMs }) =>
        record.binding === binding &&
        ["pending", "approved", "denied"].includes(record.status) &&
        expiresMs > nowMs,
    );
    return found[0]?.record;
  }

  countPending(tenant: string, keyId: string, nowMs: number): number {
    const filter = { tenant, keyId, status: "pending" } as const;
    return this.#select((kept) => matches(kept, filter, nowMs)).length;
  }

  list(filter: ApprovalFilter, nowMs: number, limit: number): readonly ApprovalRecord[] {
    return this.#select((kept) => matches(kept, filter, nowMs))
      .toSorted((a, b) => a.createdMs - b.createdMs)
      .slice(0, limit)
      .map(({ record }) => record);
  }

  insert(record: ApprovalRecord): void {
    const [createdMs, expiresMs] = [timeMs(record.createdAt), timeMs(record.expiresAt)];
    this.#kept.set(record.id, { record, createdMs, expiresMs });
  }

  update(record: ApprovalRecord): void {
    this.insert(record);
  }

  markExpired(nowMs: number): number {
    const over = this.#select((kept) => isOver(kept, nowMs));
    for (const { record } of over) this.update({ ...record, status: "expired" });
    return over.length;
  }

  forget(beforeMs: number): void {
    for (const { record } of this.#select(({ expiresMs }) => expiresMs < beforeMs)) {
      this.#kept.delete(record.id);
    }
  }

  #select(holds: (kept: Kept) => boolean): readonly Kept[] {
    return [...this.#kept.values()].filter(holds);
  }
}

function matches(kept: Kept, { tenant, keyId, status }: ApprovalFilter, nowMs: number): boolean {
  const { record } = kept;
  return (
    (tenant === undefined || record.tenant === tenant) &&
    (keyId === undefined || record.keyId === keyId) &&
    (status === undefined || (isOver(kept, nowMs) ? "expired" : record.status) === status)
  );
}

function isOver({ record, expiresMs }: Kept, nowMs: number): boolean {
  return (record.status === "pending" || record.status === "approved") && expiresMs <= nowMs;
}
