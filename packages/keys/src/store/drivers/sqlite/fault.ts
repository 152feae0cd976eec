import { KeyStoreError, type KeyStoreErrorCode } from "../../key-store.ts";

/** What was being done when it failed: a full disk means less to a reader than to a writer. */
export type Access = "read" | "write";

// Primary result codes (https://www.sqlite.org/rescode.html); the low byte of an extended one.
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const PROTOCOL = 15;
const TOOBIG = 18;
const CONSTRAINT = 19;
const MISMATCH = 20;
const NOTADB = 26;
// A table is missing, or is not as our schema says.
const ERROR = 1;
// SQLITE_IOERR_CORRUPTFS: the file system says that the file is damaged.
const IOERR_CORRUPTFS = IOERR | (33 << 8);

/** Extended result code of SQLite; undefined for what it did not throw. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

function primaryCode(error: unknown): number {
  return (resultCode(error) ?? 0) & 0xff;
}

/** Whether another connection has the lock, and trying again soon may help. */
export function isBusy(error: unknown): boolean {
  const primary = primaryCode(error);
  return primary === BUSY || primary === LOCKED || primary === PROTOCOL;
}

/** Whether the file, its log or the connection is read-only; nothing was committed then. */
export function isReadOnly(error: unknown): boolean {
  return primaryCode(error) === READONLY;
}

/** Whether the fault lies in what was to be written, so that other changes can go on. */
export function concernsOneChange(error: unknown): boolean {
  if (resultCode(error) === undefined) return true;
  const primary = primaryCode(error);
  return primary === CONSTRAINT || primary === TOOBIG || primary === MISMATCH;
}

/** Whether the log may lack on the disk what it holds in memory: a sync or a write of it failed. */
export function mayHaveLostLog(error: unknown): boolean {
  return primaryCode(error) === IOERR;
}

/**
 * The fault of the port for whatever was thrown. The messages hold the path, and SQLite's words for
 * its result code, which are a fixed list: never a value of a row or of a statement.
 */
export function keyStoreFault(error: unknown, access: Access, path: string): KeyStoreError {
  if (KeyStoreError.is(error)) return error;
  const code = resultCode(error);
  const [portCode, sentence] = explain(code, error, access, path);
  const words =
    error instanceof Error && "errstr" in error && typeof error.errstr === "string"
      ? ` (${error.errstr})`
      : "";
  return new KeyStoreError(portCode, sentence + words, { cause: error });
}

function explain(
  code: number | undefined,
  error: unknown,
  access: Access,
  path: string,
): [KeyStoreErrorCode, string] {
  const damaged: [KeyStoreErrorCode, string] = [
    "corrupt",
    `the key store \`${path}\` is damaged; put back a backup, with the files \`-wal\` and \`-shm\` removed`,
  ];
  const unavailable: [KeyStoreErrorCode, string] = [
    "unavailable",
    `the key store \`${path}\` cannot be used now; check its disk, folder and permissions`,
  ];
  // A number that is too great for JavaScript: nobody but an editor of the file writes one.
  if (error instanceof RangeError) return damaged;
  if (code === undefined) return unavailable;
  if (code === IOERR_CORRUPTFS) return damaged;
  switch (code & 0xff) {
    case CORRUPT:
    case NOTADB:
    case ERROR:
      return damaged;
    case FULL:
    case READONLY:
    case IOERR:
    case PERM:
      if (access === "read") return unavailable;
      return [
        "not_writable",
        `the key store \`${path}\` cannot be written; free space on its disk, or mend the permissions of the file and its folder`,
      ];
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return [
        "unavailable",
        `another program keeps the key store \`${path}\` locked; end it, or try again`,
      ];
    default:
      return unavailable;
  }
}
