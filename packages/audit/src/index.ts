import type { AuditLog } from "@scopeward/sdk";

/**
 * An audit log of durable JSON lines in a folder: not tamper-evident.
 * @param folder - made when the first entry is appended.
 */
export function openJsonLines(folder: string): AuditLog {
  throw new Error(`not there yet: ${folder}`);
}
