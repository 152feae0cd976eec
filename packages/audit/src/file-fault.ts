const meanings: ReadonlyMap<string, string> = new Map([
  ["EACCES", "this user may not write there: change its owner or its mode"],
  ["EFBIG", "it is as large as this process may make a file: raise the limit or move it away"],
  ["EIO", "the disk reports an error: check it before anything else"],
  ["EISDIR", "what is in its place is no file: move it away"],
  ["ELOOP", "there is a link in its place: put the file itself there"],
  ["EMFILE", "this process has too many files open: raise the limit"],
  ["ENOSPC", "the disk is full: free some space"],
  ["ENOTDIR", "a part of its path is no folder: move that file away"],
  ["EPERM", "this user may not write there: change its owner or its mode"],
  // EDQUOT, for which Node has no name.
  ["Unknown system error -122", "the quota of this user is used up: free some space"],
  ["EROFS", "the file system is read-only: mount it for writing"],
]);

/** A write that took only the first bytes; what follows it would be part of a torn line. */
export class ShortWrite extends Error {
  override readonly name = "ShortWrite";
}

/** What stands in the way of a file, and what to do about it, for the operator. */
export function faultReason(path: string, error: unknown): string {
  const code = codeOf(error);
  const meaning =
    error instanceof ShortWrite
      ? "only a part could be written: free some space, or raise the limit"
      : (meanings.get(code) ?? "the system refuses: look up the code");
  return `the audit log \`${path}\`: ${meaning}${code === "" ? "" : ` (${code})`}`;
}

/** The system's name of a fault, such as `ENOSPC`; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}
