import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { completeLines, lineFeed } from "./complete-lines.ts";
import type { Line } from "./complete-lines.ts";
import { codeOf, ShortWrite } from "./file-fault.ts";

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const appending = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;

/** Where the entries of a folder are. */
export function entriesPath(folder: string): string {
  return join(folder, "entries.jsonl");
}

/** One open file of entries. After any fault of it, it is to be closed: what it holds is not known. */
export interface LogFile {
  /** In bytes; undefined when there is another file, or none, at its path by now. */
  size(): Promise<number | undefined>;
  /** Whether the byte before `size` is no line feed. */
  isTornAt(size: number): Promise<boolean>;
  lines(from: number): AsyncIterable<Line>;
  /**
   * Appends in one write, so that the lines of several processes do not mix.
   * @returns the number of bytes.
   */
  append(text: string): Promise<number>;
  /** Resolves once all that was written has reached stable storage. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the entries of a folder; makes folder and file, for this user alone, where they are missing. */
export async function openLogFile(folder: string): Promise<LogFile> {
  const path = entriesPath(folder);
  const file = await openOrCreate(path);
  try {
    const opened = await statOf(file);
    return {
      size: async () => {
        const found = await stat(path, { bigint: true }).catch(undefinedWhereMissing);
        const isSame = found?.ino === opened.ino && found.dev === opened.dev;
        return isSame ? Number(found.size) : undefined;
      },
      isTornAt: async (size) => {
        if (size === 0) return false;
        const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
        return bytesRead === 1 && buffer[0] !== lineFeed;
      },
      lines: (from) => completeLines(file, from),
      append: async (text) => {
        const bytes = Buffer.from(text);
        const { bytesWritten } = await file.write(bytes);
        if (bytesWritten < bytes.length) throw new ShortWrite();
        return bytes.length;
      },
      sync: () => file.datasync(),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The entries at a path, for reading only.
 * @throws as the system says it; `EISDIR` for what is no file.
 */
export async function openEntries(path: string): Promise<FileHandle> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    await statOf(file);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function statOf(file: FileHandle): Promise<BigIntStats> {
  const found = await file.stat({ bigint: true });
  // A pipe or a device keeps nothing of what is written to it.
  if (!found.isFile()) throw Object.assign(new Error("no regular file"), { code: "EISDIR" });
  return found;
}

async function openOrCreate(path: string): Promise<FileHandle> {
  const existing = await open(path, appending).catch(undefinedWhereMissing);
  if (existing !== undefined) return existing;
  const folder = dirname(path);
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
  let file: FileHandle;
  try {
    file = await open(path, appending | O_CREAT | O_EXCL, 0o600);
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) === "EEXIST") return open(path, appending);
    throw error;
  }
  try {
    // A name reaches stable storage with the folder that it is in, not with the file.
    const outermost = firstMade === undefined ? folder : dirname(firstMade);
    await syncFolder(folder);
    for (let each = folder; each !== outermost && each !== dirname(each);) {
      each = dirname(each);
      await syncFolder(each);
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

// Windows knows no such thing.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function undefinedWhereMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}
