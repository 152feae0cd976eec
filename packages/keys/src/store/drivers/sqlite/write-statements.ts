import type { DatabaseSync } from "node:sqlite";
import type { Commit, CommitResult, IdempotencyRecord, KeyWrite } from "../../key-store.ts";
import { keptChanges } from "../../kept-changes.ts";
import { migrations, schemaVersion } from "./schema.ts";

// More than one settling adds, so that what is too old goes away faster than it comes.
const prunedAtOnce = 2_000;

/** What a change came to, and whether what it wrote stays. */
export interface Verdict<T> {
  readonly keep: boolean;
  readonly value: T;
}

/** What writes. All but `begin` is called within a transaction. */
export interface WriteStatements {
  /** Takes the write lock. */
  begin(): void;
  /** On the disk when it returns. */
  end(): void;
  /** Runs one change so that it can be taken back alone. */
  apart<T>(change: () => Verdict<T>): T;
  commit(commit: Commit): Verdict<CommitResult>;
  touch(uses: readonly { readonly id: string; readonly at: string }[]): void;
  settle(sequences: readonly number[]): void;
  /** Moves the whole log into the database, and starts it anew; false when a reader prevents it. */
  restartLog(): boolean;
  /** Moves what it can of the log into the database, so that the file alone is a whole backup. */
  emptyLog(): void;
}

/**
 * Prepares what writes.
 * @param path - of the database, for messages.
 */
export function prepareWriteStatements(database: DatabaseSync, path: string): WriteStatements {
  const insert = database.prepare(
    "INSERT INTO keys (id, version, body, seal_pepper, seal) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
  );
  const update = database.prepare(
    "UPDATE keys SET version = ?, body = ?, seal_pepper = ?, seal = ? WHERE id = ? AND version = ?",
  );
  const version = database.prepare("SELECT version FROM keys WHERE id = ?");
  const change = database.prepare("INSERT INTO changes (key_id, entry) VALUES (?, ?)");
  const findIdempotency = database.prepare(
    "SELECT tenant, digest, request, key_id AS keyId FROM idempotency WHERE tenant = ? AND digest = ?",
  );
  const remember = database.prepare(
    "INSERT INTO idempotency (tenant, digest, request, key_id) VALUES (?, ?, ?, ?)",
  );
  // Compared as instants: texts of one instant differ. A text that is no instant counts as never.
  const touch = database.prepare(
    "UPDATE keys SET last_used_at = :at WHERE id = :id AND coalesce(unixepoch(last_used_at, 'subsec'), 0) < unixepoch(:at, 'subsec')",
  );
  const settle = database.prepare("UPDATE changes SET settled = 1 WHERE sequence = ?");
  const prune = database.prepare(
    `DELETE FROM changes WHERE sequence IN (
       SELECT sequence FROM changes
       WHERE settled = 1 AND sequence <= (SELECT max(sequence) FROM changes) - ${keptChanges}
       ORDER BY sequence LIMIT ${prunedAtOnce})`,
  );

  /** The sequence number of the change; undefined when the key is not at the version expected. */
  function write({ key, expects, entry }: KeyWrite): number | undefined {
    const { changes } =
      expects === 0
        ? insert.run(key.id, key.version, key.body, key.sealPepper, key.seal)
        : update.run(key.version, key.body, key.sealPepper, key.seal, key.id, expects);
    return changes === 0 ? undefined : Number(change.run(key.id, entry).lastInsertRowid);
  }

  return {
    begin() {
      database.exec("BEGIN IMMEDIATE");
      // A newer program may have migrated the file since it was opened.
      if (schemaVersion(database, path) !== migrations.length) {
        throw new Error("the schema of the key store went back");
      }
    },
    end: () => database.exec("COMMIT"),
    apart(run) {
      database.exec("SAVEPOINT change");
      let keep = false;
      try {
        const verdict = run();
        keep = verdict.keep;
        return verdict.value;
      } finally {
        // A fault such as a full disk has ended the transaction, and the savepoint with it.
        if (database.isTransaction) {
          database.exec(keep ? "RELEASE change" : "ROLLBACK TO change; RELEASE change");
        }
      }
    },
    commit({ writes, requires, idempotency }) {
      if (idempotency !== undefined) {
        const { tenant, digest, request, keyId } = idempotency;
        const earlier = findIdempotency.get(tenant, digest) as unknown as
          | IdempotencyRecord
          | undefined;
        if (earlier !== undefined) {
          return { keep: false, value: { kind: "replayed", record: { ...earlier } } };
        }
        remember.run(tenant, digest, request, keyId);
      }
      for (const { id, version: expected } of requires ?? []) {
        if (version.get(id)?.["version"] !== expected) {
          return { keep: false, value: { kind: "conflict", id } };
        }
      }
      const sequences: number[] = [];
      for (const keyWrite of writes) {
        const sequence = write(keyWrite);
        if (sequence === undefined) {
          return { keep: false, value: { kind: "conflict", id: keyWrite.key.id } };
        }
        sequences.push(sequence);
      }
      return { keep: true, value: { kind: "committed", sequences } };
    },
    touch(uses) {
      for (const { id, at } of uses) touch.run({ id, at });
    },
    settle(sequences) {
      for (const sequence of sequences) settle.run(sequence);
      prune.run();
    },
    restartLog: () => database.prepare("PRAGMA wal_checkpoint(RESTART)").get()?.["busy"] === 0,
    emptyLog: () => database.exec("PRAGMA wal_checkpoint(TRUNCATE)"),
  };
}
