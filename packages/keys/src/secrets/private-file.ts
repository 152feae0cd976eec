import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, link, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { SecretFileError } from "./secret-file-error.ts";

const mostBytes = 64 * 1024;

/**
 * The text of a file that nobody else may read or change. What is tested is the file that was
 * opened, so it cannot be exchanged in between.
 * @throws SecretFileError `missing`, `unsafe`, `malformed` (too large) or `inaccessible`.
 */
export async function readPrivateFile(path: string): Promise<string> {
  // Not through a link, and without waiting for the other end of a pipe.
  const file = await reach(path, () =>
    open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)),
  );
  try {
    const reason = faultOf(await file.stat());
    if (reason !== undefined) throw new SecretFileError("unsafe", `the file \`${path}\` ${reason}`);
    const buffer = Buffer.alloc(mostBytes + 1);
    const { bytesRead } = await reach(path, () => file.read(buffer, 0, buffer.length, 0));
    if (bytesRead > mostBytes) {
      throw new SecretFileError("malformed", `the file \`${path}\` is larger than 64 KiB`);
    }
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Makes a file that is there as a whole or not at all, whatever stops this process; it has reached
 * stable storage when this resolves.
 * @returns false when there is a file already, which stays as it is.
 */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  await makeFolder(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  let isMade = true;
  try {
    await write(temporary, text);
    // Unlike a rename, a link never replaces what another process has made meanwhile.
    await reach(path, () => link(temporary, path));
  } catch (error) {
    if (!isThere(error)) throw error;
    isMade = false;
  } finally {
    await rm(temporary, { force: true });
  }
  // Also for the file of another process, which may not have come so far yet.
  await syncFolder(dirname(path));
  return isMade;
}

/**
 * Replaces the text of a file by what `change` makes of it, in one step that has reached stable
 * storage when this resolves. Of two at the same time the second is `busy`.
 */
export async function replacePrivateFile(
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const draft = `${path}.next`;
  // The new file is the lock as well: no change is lost between reading and renaming.
  const file = await reach(draft, () => open(draft, "wx", 0o600)).catch((error: unknown) => {
    throw isThere(error) ? busy(draft) : error;
  });
  try {
    try {
      await file.writeFile(change(await readPrivateFile(path)));
      await file.sync();
    } finally {
      await file.close();
    }
    await reach(path, () => rename(draft, path));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Whether a path is a folder or lies below it, wherever links lead. Neither needs to exist. */
export async function isBelow(path: string, folder: string): Promise<boolean> {
  const way = relative(await realPlace(folder), await realPlace(path));
  return !isAbsolute(way) && way !== ".." && !/^\.\.[\\/]/u.test(way);
}

async function realPlace(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch {
    const above = dirname(absolute);
    return above === absolute ? absolute : join(await realPlace(above), basename(absolute));
  }
}

function faultOf(stats: Stats): string | undefined {
  if (!stats.isFile()) return "is no regular file: remove it, or name another";
  // Windows has neither owner nor mode; the user's profile is private there.
  if (process.getuid === undefined) return undefined;
  if (stats.uid !== process.getuid()) return "belongs to another user: `chown` it to this one";
  if ((stats.mode & 0o077) !== 0) return "is open to other users: `chmod 600` it";
  return undefined;
}

async function makeFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const first = await reach(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const { mode, uid } = await reach(folder, () => stat(folder));
  const foreign = process.getuid !== undefined && uid !== process.getuid();
  if (foreign || (process.getuid !== undefined && (mode & 0o022) !== 0)) {
    throw new SecretFileError(
      "unsafe",
      `other users may change the folder \`${folder}\`: \`chown\` it to this user and \`chmod 700\` it`,
    );
  }
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

async function write(path: string, text: string): Promise<void> {
  const file: FileHandle = await reach(path, () => open(path, "wx", 0o600));
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

// A new name is in its folder for good only when the folder is synced. Windows knows no such thing.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await reach(folder, () => open(folder, "r"));
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function reach<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failure(path, error);
  }
}

function failure(path: string, cause: unknown): SecretFileError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new SecretFileError("missing", `there is no file \`${path}\``, { cause });
  }
  if (code === "ELOOP") {
    return new SecretFileError("unsafe", `\`${path}\` is a symbolic link: name the file itself`, {
      cause,
    });
  }
  return new SecretFileError("inaccessible", `\`${path}\` cannot be used: ${String(code)}`, {
    cause,
  });
}

function isThere(error: unknown): boolean {
  const cause = SecretFileError.is(error) ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "EEXIST";
}

function busy(draft: string): SecretFileError {
  return new SecretFileError(
    "busy",
    `there is a file \`${draft}\`: another process adds a version, or was stopped while it did; try again, and remove the file if it stays`,
  );
}
