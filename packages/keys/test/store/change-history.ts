// What must be in a database after writers were killed: read with SQLite alone, not by the driver.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";

/** One change as the writer had it acknowledged. */
export interface Acknowledged {
  readonly change: string;
  readonly sequences: readonly number[];
  readonly keys: readonly { readonly id: string; readonly version: number }[];
}

/** The audit entry of one write: which change it is part of, and how many writes that has. */
export interface ChangeEntry {
  readonly change: string;
  readonly size: number;
  readonly version: number;
}

interface ChangeRow {
  readonly sequence: number;
  readonly id: string;
  readonly entry: ChangeEntry;
}

/** Follows one database through many kills; each check looks at what came since the last. */
export class ChangeHistory {
  readonly #path: string;
  readonly #latest = new Map<string, ChangeEntry>();
  #head = 0;
  #changes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Every acknowledged change is whole, and nothing is half there.
   * @returns how many changes came, acknowledged or not.
   */
  check(acknowledged: readonly Acknowledged[]): number {
    const database = new DatabaseSync(this.#path, { readOnly: true, timeout: 5_000 });
    try {
      const rows = this.#newRows(database);
      const changes = Map.groupBy(rows, ({ entry }) => entry.change);
      const here = acknowledged.map(({ change }) => {
        const parts = changes.get(change) ?? [];
        return {
          change,
          sequences: parts.map(({ sequence }) => sequence),
          keys: parts.map(({ id, entry }) => ({ id, version: entry.version })),
        };
      });
      assert.deepEqual(here, acknowledged);
      for (const parts of changes.values()) {
        assert.equal(parts.length, parts[0]?.entry.size);
        for (const [index, { sequence }] of parts.entries()) {
          assert.equal(sequence, (parts[0]?.sequence ?? 0) + index);
        }
      }
      this.#changes += changes.size;
      this.#checkKeys(database, new Set(rows.map(({ id }) => id)));
      const remembered = database.prepare("SELECT digest FROM idempotency").all();
      assert.equal(remembered.length, this.#changes);
      const digests = new Set(remembered.map(({ digest }) => digest));
      for (const change of changes.keys()) assert(digests.has(change));
      return changes.size;
    } finally {
      database.close();
    }
  }

  /**
   * SQLite finds no damage, and there is no key without its changes.
   * @returns how many keys there are.
   */
  checkWhole(): number {
    const database = new DatabaseSync(this.#path, { readOnly: true });
    try {
      assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
      const { count } = database.prepare("SELECT count(*) AS count FROM keys").get() ?? {};
      assert.equal(count, this.#latest.size);
      this.#checkKeys(database, new Set(this.#latest.keys()));
      return this.#latest.size;
    } finally {
      database.close();
    }
  }

  #newRows(database: DatabaseSync): ChangeRow[] {
    const rows = database
      .prepare("SELECT sequence, key_id, entry FROM changes WHERE sequence > ? ORDER BY sequence")
      .all(this.#head)
      .map((row) => ({
        sequence: Number(row["sequence"]),
        id: String(row["key_id"]),
        entry: JSON.parse(String(row["entry"])) as ChangeEntry,
      }));
    for (const { sequence, id, entry } of rows) {
      assert.equal(sequence, this.#head + 1);
      this.#head = sequence;
      assert.equal(entry.version, (this.#latest.get(id)?.version ?? 0) + 1);
      this.#latest.set(id, entry);
    }
    return rows;
  }

  #checkKeys(database: DatabaseSync, ids: ReadonlySet<string>): void {
    const select = database.prepare("SELECT version, body FROM keys WHERE id = ?");
    for (const id of ids) {
      const { version, body } = select.get(id) ?? {};
      const latest = this.#latest.get(id);
      assert.equal(version, latest?.version);
      const stored = JSON.parse(String(body)) as Partial<Record<string, unknown>>;
      assert.equal(stored["version"], latest?.version);
      assert.equal(stored["change"], latest?.change);
    }
  }
}
