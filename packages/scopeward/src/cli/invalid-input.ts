/** The command's own input is invalid: ends the command with exit code 3 and this message. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
}

/** The text of whatever was thrown; of a file system that refuses, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return fileFaults.get(code) ?? error.message;
}

// What Node says names the system call, and sometimes a file that the user never named.
const fileFaults: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EEXIST", "a file is there already"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its links go in a circle"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENOENT", "there is no such file or folder"],
  ["ENOSPC", "the disk is full"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
]);
