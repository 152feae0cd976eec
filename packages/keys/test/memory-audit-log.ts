import type { AuditEntry, AuditLog } from "@scopeward/sdk";

/** An audit log in memory, which can be made to fail. */
export interface MemoryAuditLog extends AuditLog {
  readonly entries: readonly AuditEntry[];
  /** Why it takes nothing; undefined makes it ready again. */
  fail(reason: string | undefined): void;
}

/** An audit log that keeps its entries in an array. */
export function memoryAuditLog(): MemoryAuditLog {
  const entries: AuditEntry[] = [];
  let fault: string | undefined;
  return {
    entries,
    fail: (reason) => {
      fault = reason;
    },
    append: (batch) => {
      if (fault !== undefined) return Promise.resolve({ kind: "unavailable", reason: fault });
      for (const entry of batch) {
        if (!entries.some(({ id }) => id === entry.id)) entries.push(entry);
      }
      return Promise.resolve({ kind: "appended", origin: "memory", durable: true });
    },
    health: () =>
      Promise.resolve(
        fault === undefined ? { kind: "ready" } : { kind: "unavailable", reason: fault },
      ),
    highestSequence: (source) =>
      Promise.resolve(
        Math.max(
          0,
          ...entries
            .filter((entry) => entry["source"] === source)
            .map((entry) => Number(entry["sequence"])),
        ),
      ),
    close: () => Promise.resolve(),
  };
}
