import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  Changes,
  IdempotencyRecord,
  KeyQuery,
  PendingEntry,
  StoredKey,
} from "../../key-store.ts";
import { keptChanges } from "../../kept-changes.ts";
import { keyColumns, type KeyRow, storedKey } from "./key-row.ts";

/** What reads all but chains. */
export interface ReadStatements {
  storeId(): string;
  list(query: KeyQuery): StoredKey[];
  findIdempotency(tenant: string, digest: string): IdempotencyRecord | undefined;
  changesSince(sequence: number): Changes;
  pending(limit: number): PendingEntry[];
}

const filters = ["owner", "parent", "status"] as const;

/** Prepares what reads all but chains. */
export function prepareReadStatements(database: DatabaseSync): ReadStatements {
  const begin = database.prepare("BEGIN");
  const commit = database.prepare("COMMIT");
  const storeId = database.prepare("SELECT id FROM store");
  const idempotency = database.prepare(
    "SELECT tenant, digest, request, key_id AS keyId FROM idempotency WHERE tenant = ? AND digest = ?",
  );
  const head = database.prepare("SELECT coalesce(max(sequence), 0) AS head FROM changes");
  const changed = database.prepare("SELECT DISTINCT key_id AS id FROM changes WHERE sequence > ?");
  const pending = database.prepare(
    "SELECT sequence, key_id AS keyId, entry, at FROM changes WHERE settled = 0 ORDER BY sequence LIMIT ?",
  );
  // One statement for each set of filters that was asked for: eight at most.
  const lists = new Map<string, StatementSync>();

  function listStatement(query: KeyQuery): StatementSync {
    const conditions = filters
      .filter((name) => query[name] !== undefined)
      .map((name) => ` AND ${name} = :${name}`)
      .join("");
    let statement = lists.get(conditions);
    if (statement === undefined) {
      statement = database.prepare(
        `SELECT ${keyColumns} FROM keys WHERE tenant = :tenant${conditions} AND id > :after ORDER BY id LIMIT :limit`,
      );
      lists.set(conditions, statement);
    }
    return statement;
  }

  return {
    storeId: () => (storeId.get() as { readonly id: string }).id,
    list(query) {
      const values: Record<string, string | number> = {
        tenant: query.tenant,
        after: query.after ?? "",
        limit: query.limit,
      };
      for (const name of filters) {
        const value = query[name];
        if (value !== undefined) values[name] = value;
      }
      return (listStatement(query).all(values) as unknown as KeyRow[]).map(storedKey);
    },
    findIdempotency(tenant, digest) {
      const row = idempotency.get(tenant, digest) as unknown as IdempotencyRecord | undefined;
      return row === undefined ? undefined : { ...row };
    },
    changesSince(sequence) {
      begin.run();
      const now = (head.get() as { readonly head: number }).head;
      // Settled rows may be gone from there on; it bounds the answer too.
      const known = sequence <= now && sequence >= now - keptChanges;
      const rows = known ? (changed.all(sequence) as { readonly id: string }[]) : [];
      commit.run();
      if (!known) return { kind: "unknown", head: now };
      return { kind: "changes", head: now, ids: rows.map(({ id }) => id) };
    },
    pending: (limit) =>
      (pending.all(limit) as unknown as PendingEntry[]).map((row) => ({ ...row })),
  };
}
