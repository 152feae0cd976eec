import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes the file, and the folders above it, for the owner alone when they are missing; all of it is
 * on the disk when this returns. A file that is there is not opened: to close it would drop the
 * locks that SQLite holds on it in this process (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export function makeDatabaseFile(path: string): void {
  if (fileIdentity(path) !== undefined) return;
  const folder = dirname(path);
  const firstMade = mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    // Another process was faster, which is as good.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const last = firstMade === undefined ? folder : dirname(firstMade);
  for (let made = folder; ; made = dirname(made)) {
    syncFolder(made);
    if (made === last) return;
  }
}

// Windows knows no such thing.
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Which file a path names, as one text: another one put in its place has another identity. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
