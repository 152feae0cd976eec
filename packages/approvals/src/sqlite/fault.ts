import { ApprovalsError } from "../approvals-error.ts";
import type { ApprovalsErrorCode } from "../approvals-error.ts";

// Primary result codes (https://www.sqlite.org/rescode.html); the low byte of an extended one.
const busyCodes = new Set([5, 6, 15]); // BUSY, LOCKED, PROTOCOL
const writeCodes = new Set([3, 8, 13]); // PERM, READONLY, FULL
const damageCodes = new Set([1, 11, 26]); // ERROR: a table is missing; CORRUPT; NOTADB

/** Primary result code of SQLite; undefined for what it did not throw. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/** Whether another connection has the lock, and trying again soon may help. */
export function isBusy(error: unknown): boolean {
  return busyCodes.has(resultCode(error) ?? 0);
}

/**
 * The fault for whatever SQLite or the file system threw; everything else as it is. The messages hold
 * the path, and never a value of a row.
 */
export function queueFault(error: unknown, path: string): unknown {
  const result = resultCode(error);
  const isOfFileSystem = error instanceof Error && "syscall" in error;
  if (result === undefined && !isOfFileSystem) return error;
  const [code, sentence] = explain(result ?? 0, `the approvals \`${path}\``);
  return new ApprovalsError(code, sentence, { cause: error });
}

function explain(result: number, them: string): readonly [ApprovalsErrorCode, string] {
  if (damageCodes.has(result)) {
    return ["corrupt", `${them} are damaged; move the file away, and ask again`];
  }
  if (writeCodes.has(result)) {
    return [
      "not_writable",
      `${them} cannot be written; free space on the disk, or mend the permissions of the file and its folder`,
    ];
  }
  return busyCodes.has(result)
    ? ["unavailable", `another program keeps ${them} locked; end it, or try again`]
    : ["unavailable", `${them} cannot be used now; check the disk, the folder and its permissions`];
}
