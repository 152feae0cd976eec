import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { ApprovalStorage, ApprovalTable } from "../approval-table.ts";
import { ApprovalsError } from "../approvals-error.ts";
import { fileIdentity, makeDatabaseFile } from "./database-file.ts";
import { isBusy, queueFault } from "./fault.ts";
import { makeTables } from "./schema.ts";
import { sqliteTable } from "./sqlite-table.ts";

// SQLite blocks the whole process while it waits itself, so it waits briefly, and calls wait longer.
const lockWaitMs = 10;
const patienceMs = 5_000;
const pauseMs = (): number => 1 + Math.random() * 9;

interface Opened {
  readonly database: DatabaseSync;
  readonly table: ApprovalTable;
  /** Of the file that was opened: when another one is put in its place, this one is written for nobody. */
  readonly identity: string | undefined;
}

/**
 * The records in one SQLite file. It is opened at the first call, and again at the one after a fault
 * or after the file was replaced.
 */
export class ApprovalsFile implements ApprovalStorage {
  readonly #path: string;
  #opened: Opened | undefined;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  read<T>(work: (table: ApprovalTable) => T): Promise<T> {
    return this.#attempt(({ table }) => work(table));
  }

  write<T>(work: (table: ApprovalTable) => T): Promise<T> {
    return this.#attempt(({ database, table }) => {
      database.exec("BEGIN IMMEDIATE");
      const result = work(table);
      database.exec("COMMIT");
      return result;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#drop();
  }

  async #attempt<T>(work: (opened: Opened) => T): Promise<T> {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      try {
        return work(this.#ready());
      } catch (error) {
        this.#end(error);
        if (!isBusy(error) || performance.now() > deadlineMs) throw queueFault(error, this.#path);
      }
      await delay(pauseMs());
    }
  }

  #ready(): Opened {
    if (this.#isClosed) {
      throw new ApprovalsError("closed", `the approvals \`${this.#path}\` were closed; open them`);
    }
    if (this.#opened !== undefined && this.#opened.identity === fileIdentity(this.#path)) {
      return this.#opened;
    }
    this.#drop();
    this.#opened = open(this.#path);
    return this.#opened;
  }

  /** Ends the transaction that an error left, or the connection where that cannot be. */
  #end(error: unknown): void {
    const database = this.#opened?.database;
    try {
      if (database?.isTransaction === true) database.exec("ROLLBACK");
    } catch {
      this.#drop();
    }
    // After a fault of the disk a connection may think that it has written what it has not.
    if (queueFault(error, this.#path) !== error && !isBusy(error)) this.#drop();
  }

  #drop(): void {
    const database = this.#opened?.database;
    this.#opened = undefined;
    database?.close();
  }
}

function open(path: string): Opened {
  makeDatabaseFile(path);
  const identity = fileIdentity(path);
  // Loaded here: who keeps approvals elsewhere needs no SQLite.
  const sqlite = process.getBuiltinModule("node:sqlite");
  const database = new sqlite.DatabaseSync(path, { timeout: lockWaitMs });
  try {
    const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
    if (mode !== "wal") {
      throw new ApprovalsError(
        "not_durable",
        `the file system of the approvals \`${path}\` does not allow a write-ahead log; put them on a local disk`,
      );
    }
    database.exec("PRAGMA synchronous = FULL");
    makeTables(database, path);
    return { database, table: sqliteTable(database, path), identity };
  } catch (error) {
    database.close();
    throw error;
  }
}
