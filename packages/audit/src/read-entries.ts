import type { AuditEntry } from "@scopeward/sdk";
import { AuditError } from "./audit-error.ts";
import { completeLines } from "./complete-lines.ts";
import { entryOf } from "./entry-line.ts";
import { codeOf, faultReason } from "./file-fault.ts";
import { entriesPath, openEntries } from "./log-file.ts";

/**
 * The entries of an audit log of JSON lines, in their order, each id once; none where there is no log
 * yet. Lines that are no entries, such as a torn one, are passed over. All ids are held in memory.
 * @param folder - as given to `openJsonLines`.
 * @throws AuditError `log_unreadable`.
 */
export async function* readEntries(folder: string): AsyncGenerator<AuditEntry> {
  const path = entriesPath(folder);
  const ids = new Set<string>();
  try {
    const file = await openEntries(path);
    try {
      for await (const { text } of completeLines(file, 0)) {
        const entry = entryOf(text);
        if (entry === undefined || ids.has(entry.id)) continue;
        ids.add(entry.id);
        yield entry;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw new AuditError("log_unreadable", faultReason(path, error), { cause: error });
  }
}
