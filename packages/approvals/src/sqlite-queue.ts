import { resolve } from "node:path";
import type { ApprovalChannel } from "@scopeward/sdk";
import { approvalQueue } from "./approval-queue.ts";
import { ApprovalsError } from "./approvals-error.ts";
import { ApprovalsFile } from "./sqlite/approvals-file.ts";

/**
 * Questions in one SQLite file, for any number of processes of one machine: write-ahead log, synced
 * at each change. Nothing is opened or made before the first call. Rejects with an ApprovalsError when
 * the file cannot be used, and `record_invalid` for a row that no queue wrote.
 * @param path - of the file; it and its folder are made for the owner alone where they are missing.
 * @throws ApprovalsError `misconfigured` when the path is empty or holds a NUL.
 */
export function sqliteApprovals(path: string): ApprovalChannel {
  if (path === "" || path.includes("\0")) {
    throw new ApprovalsError(
      "misconfigured",
      "the path of the approvals is empty or holds a NUL character; name a file",
    );
  }
  // Absolute, also so that SQLite takes no path for a URI or for its `:memory:`.
  return approvalQueue(new ApprovalsFile(resolve(path)));
}
