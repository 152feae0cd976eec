import { DatabaseSync } from "node:sqlite";
import { KeyStoreError } from "../../key-store.ts";

/**
 * How long SQLite itself waits for a lock, in milliseconds. It blocks the whole process meanwhile:
 * the patience of five seconds is in `attempt.ts`, which lets other work go on.
 */
const lockWaitMs = 10;

/** A connection that cannot write, whatever it is told. */
export function openReader(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: lockWaitMs });
}

/**
 * A connection that writes through the write-ahead log and syncs it at each commit.
 * @throws KeyStoreError `not_durable` where the file system does not allow such a log.
 */
export function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: lockWaitMs });
  try {
    const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
    if (mode !== "wal") {
      throw new KeyStoreError(
        "not_durable",
        `the file system of the key store \`${path}\` does not allow a write-ahead log; put it on a local disk`,
      );
    }
    database.exec("PRAGMA synchronous = FULL");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One connection with its prepared statements, opened when it is used and again after it was closed. */
export class Connection<Statements> {
  readonly #open: () => DatabaseSync;
  readonly #prepare: (database: DatabaseSync) => Statements;
  #opened: { readonly database: DatabaseSync; readonly statements: Statements } | undefined;

  constructor(open: () => DatabaseSync, prepare: (database: DatabaseSync) => Statements) {
    this.#open = open;
    this.#prepare = prepare;
  }

  /** The prepared statements; opens the connection when it is not open. */
  get statements(): Statements {
    if (this.#opened === undefined) {
      const database = this.#open();
      try {
        this.#opened = { database, statements: this.#prepare(database) };
      } catch (error) {
        database.close();
        throw error;
      }
    }
    return this.#opened.statements;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** Ends a transaction that a failure left open. */
  rollback(): void {
    const database = this.#opened?.database;
    if (database?.isTransaction === true) database.exec("ROLLBACK");
  }

  close(): void {
    const database = this.#opened?.database;
    this.#opened = undefined;
    database?.close();
  }
}
