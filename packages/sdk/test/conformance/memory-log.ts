import { canonicalJson } from "@scopeward/core";
import type { AuditAppended, AuditEntry, AuditLog } from "../../src/audit-log.ts";

/** What the handles on one log share. */
export class MemoryEntries {
  readonly entries: AuditEntry[] = [];
  isBlocked = false;

  has(id: string): boolean {
    return this.entries.some((entry) => entry.id === id);
  }
}

const unavailable = { kind: "unavailable", reason: "blocked" } as const;

/** An audit log that keeps every rule but durability. */
export function memoryLog(log: MemoryEntries): AuditLog {
  let isClosed = false;
  return {
    append: async (entries): Promise<AuditAppended> => {
      for (const entry of entries) canonicalJson(entry);
      if (isClosed || log.isBlocked) return unavailable;
      for (const entry of entries) if (!log.has(entry.id)) log.entries.push(entry);
      return { kind: "appended", origin: "memory", durable: false };
    },
    health: async () => (isClosed || log.isBlocked ? unavailable : { kind: "ready" }),
    highestSequence: async (source) =>
      log.entries
        .filter((entry) => entry.type === "key" && entry["source"] === source)
        .map((entry) => entry["sequence"])
        .filter((sequence) => Number.isSafeInteger(sequence))
        .reduce<number>((highest, sequence) => Math.max(highest, Number(sequence)), 0),
    close: async () => {
      isClosed = true;
    },
  };
}
