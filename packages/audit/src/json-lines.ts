import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import type { AuditAppended, AuditEntry, AuditHealth, AuditLog } from "@scopeward/sdk";
import { lineOf } from "./entry-line.ts";
import type { EntryLine } from "./entry-line.ts";
import { faultReason } from "./file-fault.ts";
import { KnownEnd } from "./known-end.ts";
import { entriesPath, openLogFile } from "./log-file.ts";
import type { LogFile } from "./log-file.ts";
import { openSequences } from "./sequences.ts";
import type { Sequences } from "./sequences.ts";

// With this much gathered, a write begins.
const enoughCharacters = 4 * 1024 * 1024;

// The same id in every file: two processes that make one at the same time write one entry.
const logOpened = "log_opened";

interface Waiting {
  readonly lines: readonly EntryLine[];
  readonly answer: (appended: AuditAppended) => void;
}

/**
 * An audit log of JSON lines in `<folder>/entries.jsonl`. It is durable, and NOT tamper-evident:
 * whoever may write the file can change, remove and invent entries, and nothing shows it.
 *
 * Batches that come at the same time are written together, with one write and one fdatasync. Several
 * processes may append to one folder. Folder and file are made, for this user alone, with the first
 * call. After a fault every batch is `unavailable` until a write succeeds again; nothing needs to be
 * opened anew.
 * @param folder - on a local file system: appending is not atomic over NFS.
 */
export function openJsonLines(folder: string): AuditLog {
  // As of now: the process may change its working folder before the first entry comes.
  return new JsonLines(resolve(folder));
}

class JsonLines implements AuditLog {
  readonly #folder: string;
  readonly #path: string;
  readonly #sequences: Sequences;
  readonly #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #file: LogFile | undefined;
  #known = new KnownEnd(0);
  #isDoubtful = false;
  #isClosed = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = entriesPath(folder);
    this.#sequences = openSequences(this.#path);
  }

  async append(entries: readonly AuditEntry[]): Promise<AuditAppended> {
    const lines = entries.map(lineOf);
    if (this.#isClosed) return this.#closed();
    return new Promise((answer) => {
      this.#waiting.push({ lines, answer });
      // One write at a time: what comes meanwhile goes together in the next one.
      this.#writing ??= this.#writeWaiting();
    });
  }

  async health(): Promise<AuditHealth> {
    // Takes a file that cannot be opened or flushed, but a full disk has room for nothing at all.
    const answer = await this.append([]);
    if (answer.kind === "unavailable") return answer;
    try {
      const { bavail } = await statfs(this.#folder);
      if (bavail === 0) throw Object.assign(new Error("no block is free"), { code: "ENOSPC" });
      return { kind: "ready" };
    } catch (error) {
      return { kind: "unavailable", reason: faultReason(this.#path, error) };
    }
  }

  highestSequence(source: string): Promise<number | undefined> {
    return this.#sequences.highest(source);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #closed(): { readonly kind: "unavailable"; readonly reason: string } {
    const reason = `the audit log \`${this.#path}\` was closed: open it anew`;
    return { kind: "unavailable", reason };
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      const answer = await this.#write(group.flatMap(({ lines }) => lines));
      for (const waiting of group) waiting.answer(answer);
    }
    this.#writing = undefined;
  }

  #takeGroup(): Waiting[] {
    let count = 0;
    let characters = 0;
    while (count < this.#waiting.length && characters < enoughCharacters) {
      for (const { text } of this.#waiting[count]?.lines ?? []) characters += text.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(lines: readonly EntryLine[]): Promise<AuditAppended> {
    try {
      const { file, size } = await this.#current();
      await this.#known.catchUp(file, size);
      const fresh = new Map<string, string>();
      if (size === 0) fresh.set(logOpened, openingText());
      for (const { id, text } of lines) {
        if (!this.#known.has(id) && !fresh.has(id)) fresh.set(id, text);
      }
      const text = [...fresh.values()].map((line) => `${line}\n`).join("");
      const bytes = text === "" ? 0 : await file.append(this.#known.isTorn ? `\n${text}` : text);
      // Also where nothing is new: another process may have written it, and not have flushed it yet.
      await file.sync();
      this.#known.appended(bytes, fresh.keys());
      return { kind: "appended", origin: this.#path, durable: true };
    } catch (error) {
      await this.#poison();
      return { kind: "unavailable", reason: faultReason(this.#path, error) };
    }
  }

  /** The file at the path as of now: it may have been moved away, and what is written there is lost. */
  async #current(): Promise<{ readonly file: LogFile; readonly size: number }> {
    const size = await this.#file?.size();
    if (this.#file !== undefined && size !== undefined) return { file: this.#file, size };
    await this.#file?.close();
    this.#file = undefined;
    const file = await openLogFile(this.#folder);
    this.#file = file;
    const found = (await file.size()) ?? 0;
    this.#known = new KnownEnd(this.#isDoubtful ? found : 0);
    this.#isDoubtful = false;
    return { file, size: found };
  }

  /**
   * After a fault of a write or a flush the system may hold lines as if they were on the disk that
   * never get there, and a second flush would succeed. So nothing that can be read of the file counts
   * as written: what is appended again is written again.
   */
  async #poison(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#isDoubtful = true;
    // The fault itself is what is told.
    await file?.close().catch(() => undefined);
  }
}

/** The first line of a file says what it is, to whoever reads nothing else. */
function openingText(): string {
  const time = new Date().toISOString();
  const entry = { id: logOpened, type: "lifecycle", time, tenant: "", event: logOpened } as const;
  return lineOf({ ...entry, tamperEvident: false }).text;
}
