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

class MemoryTable implements ApprovalTable {
  readonly #records = new Map<string, ApprovalRecord>();

  find(id: string): ApprovalRecord | undefined {
    return this.#records.get(id);
  }

  findBinding(binding: string, nowMs: number): ApprovalRecord | undefined {
    return this.#select(
      (record) =>
        record.binding === binding &&
        ["pending", "approved", "denied"].includes(record.status) &&
        isBefore(nowMs, record),
    )[0];
  }

  countPending(tenant: string, keyId: string, nowMs: number): number {
    return this.list({ tenant, keyId, status: "pending" }, nowMs, Infinity).length;
  }

  list(filter: ApprovalFilter, nowMs: number, limit: number): readonly ApprovalRecord[] {
    const { tenant, keyId, status } = filter;
    return this.#select(
      (record) =>
        (tenant === undefined || record.tenant === tenant) &&
        (keyId === undefined || record.keyId === keyId) &&
        (status === undefined || (isOver(record, nowMs) ? "expired" : record.status) === status),
    )
      .toSorted((a, b) => timeMs(a.createdAt) - timeMs(b.createdAt))
      .slice(0, limit);
  }

  insert(record: ApprovalRecord): void {
    this.#records.set(record.id, record);
  }

  update(record: ApprovalRecord): void {
    this.#records.set(record.id, record);
  }

  markExpired(nowMs: number): number {
    const over = this.#select((record) => isOver(record, nowMs));
    for (const record of over) this.update({ ...record, status: "expired" });
    return over.length;
  }

  forget(beforeMs: number): void {
    for (const { id } of this.#select((record) => timeMs(record.expiresAt) < beforeMs)) {
      this.#records.delete(id);
    }
  }

  #select(holds: (record: ApprovalRecord) => boolean): readonly ApprovalRecord[] {
    return [...this.#records.values()].filter(holds);
  }
}

function isBefore(nowMs: number, { expiresAt }: ApprovalRecord): boolean {
  return nowMs < timeMs(expiresAt);
}

function isOver(record: ApprovalRecord, nowMs: number): boolean {
  return (record.status === "pending" || record.status === "approved") && !isBefore(nowMs, record);
}
