import { resolve } from "node:path";
import { type KeyStore, KeyStoreError } from "../key-store.ts";
import { attempt } from "./sqlite/attempt.ts";
import type { Connection } from "./sqlite/connection.ts";
import { GroupCommit } from "./sqlite/group-commit.ts";
import { KeyDatabase } from "./sqlite/key-database.ts";
import type { Verdict, WriteStatements } from "./sqlite/write-statements.ts";

/** Which file holds the keys. */
export interface SqliteKeyStoreOptions {
  /** Path of the database; it and its folder are made when missing. */
  readonly path: string;
}

// What one savepoint does at most, so that no transaction becomes long.
const rowsAtOnce = 500;

/**
 * Keys in one SQLite file, for any number of processes of one machine: write-ahead log, synced at
 * each commit. Nothing is opened before the first call. All three connections close after a fault
 * or when another file was put in place of this one; the next call opens them again.
 * @throws KeyStoreError `misconfigured` when the path is empty or holds a NUL.
 */
export function sqliteKeyStore(options: SqliteKeyStoreOptions): KeyStore {
  if (options.path === "" || options.path.includes("\0")) {
    throw new KeyStoreError(
      "misconfigured",
      "the path of the key store is empty or holds a NUL character; name a file",
    );
  }
  // Absolute, also so that SQLite takes no path for a URI or for its `:memory:`.
  const path = resolve(options.path);
  const database = new KeyDatabase(path);
  const { chains, reads } = database;
  const writer = new GroupCommit(database);
  let closing: Promise<void> | undefined;

  // Not async: one promise for each call, since a verification waits for it.
  function read<S, T>(connection: Connection<S>, work: (statements: S) => T): Promise<T> {
    return closing === undefined
      ? attempt(database, connection, "read", work)
      : Promise.reject(database.closed());
  }

  function write<T>(change: (statements: WriteStatements) => Verdict<T>): Promise<T> {
    return closing === undefined ? writer.submit(change) : Promise.reject(database.closed());
  }

  async function writeInParts<T>(
    rows: readonly T[],
    work: (statements: WriteStatements, part: readonly T[]) => void,
  ): Promise<void> {
    if (closing !== undefined) throw database.closed();
    const parts: Promise<void>[] = [];
    for (let start = 0; start < rows.length; start += rowsAtOnce) {
      const part = rows.slice(start, start + rowsAtOnce);
      parts.push(write((statements) => ({ keep: true, value: work(statements, part) })));
    }
    await Promise.all(parts);
  }

  return {
    place: `sqlite:${path}`,
    propagation: "immediate",
    storeId: () => read(reads, (statements) => statements.storeId()),
    readChain: (id) => read(chains, (statements) => statements.chain(id)),
    list: (query) => read(reads, (statements) => statements.list(query)),
    commit: (commit) => write((statements) => statements.commit(commit)),
    findIdempotency: (tenant, digest) =>
      read(reads, (statements) => statements.findIdempotency(tenant, digest)),
    touch: (uses) => writeInParts(uses, (statements, part) => statements.touch(part)),
    changesSince: (sequence) => read(reads, (statements) => statements.changesSince(sequence)),
    pending: (limit) => read(reads, (statements) => statements.pending(limit)),
    settle: (sequences) => writeInParts(sequences, (statements, part) => statements.settle(part)),
    // To open the writer is the check: it refuses a file system without a write-ahead log, and sets
    // the sync of each commit.
    async health() {
      if (closing !== undefined) throw database.closed();
      await attempt(database, database.writes, "write", () => undefined);
      return { kind: "durable" };
    },
    close() {
      closing ??= end();
      return closing;
    },
  };

  async function end(): Promise<void> {
    await writer.idle();
    try {
      if (database.writes.isOpen) database.writes.statements.emptyLog();
    } catch {
      // Another connection reads, or the disk is full: the log stays, and is as good.
    }
    database.end();
  }
}
