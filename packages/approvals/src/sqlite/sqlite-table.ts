import type { DatabaseSync } from "node:sqlite";
import type { ApprovalFilter, ApprovalRecord } from "@scopeward/sdk";
import type { ApprovalTable } from "../approval-table.ts";
import { ApprovalsError } from "../approvals-error.ts";
import { parseRecord, parseRequest, timeMs } from "../record-shape.ts";

// Times as text: a number that is too great for JavaScript would be thrown on before it is compared.
const columns = `id, binding, tenant, key_id, status, CAST(created_ms AS TEXT) AS created_ms,
  CAST(expires_ms AS TEXT) AS expires_ms, request, answer`;

const statusNow = `CASE WHEN status IN ('pending', 'approved') AND expires_ms <= :nowMs
  THEN 'expired' ELSE status END`;

type Row = Readonly<Record<string, unknown>>;

/** The table of one connection, with its statements prepared. */
export function sqliteTable(database: DatabaseSync, path: string): ApprovalTable {
  const find = database.prepare(`SELECT ${columns} FROM approvals WHERE id = ?`);
  const findBinding = database.prepare(
    `SELECT ${columns} FROM approvals WHERE binding = ? AND expires_ms > ?
     AND status IN ('pending', 'approved', 'denied')`,
  );
  const countPending = database.prepare(
    `SELECT count(*) AS pending FROM approvals
     WHERE tenant = ? AND key_id = ? AND status = 'pending' AND expires_ms > ?`,
  );
  const list = database.prepare(
    `SELECT ${columns} FROM approvals
     WHERE (:tenant IS NULL OR tenant = :tenant) AND (:keyId IS NULL OR key_id = :keyId)
       AND (:status IS NULL OR :status = ${statusNow})
     ORDER BY created_ms, rowid LIMIT :limit`,
  );
  const insert = database.prepare(
    `INSERT INTO approvals (id, binding, tenant, key_id, status, created_ms, expires_ms, request)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare("UPDATE approvals SET status = ?, answer = ? WHERE id = ?");
  const markExpired = database.prepare(
    `UPDATE approvals SET status = 'expired'
     WHERE status IN ('pending', 'approved') AND expires_ms <= ?`,
  );
  const forget = database.prepare("DELETE FROM approvals WHERE expires_ms < ?");

  const record = (row: Row | undefined): ApprovalRecord | undefined =>
    row === undefined ? undefined : recordOf(row, path);

  return {
    find: (id) => record(find.get(id)),
    findBinding: (binding, nowMs) => record(findBinding.get(binding, nowMs)),
    countPending: (tenant, keyId, nowMs) =>
      Number(countPending.get(tenant, keyId, nowMs)?.["pending"]),
    list: ({ tenant, keyId, status }: ApprovalFilter, nowMs, limit) =>
      list
        .all({
          tenant: tenant ?? null,
          keyId: keyId ?? null,
          status: status ?? null,
          nowMs,
          limit,
        })
        .map((row) => recordOf(row, path)),
    insert(added) {
      const request = parseRequest(added);
      const { id, binding, tenant, keyId } = request;
      const [createdMs, expiresMs] = [timeMs(request.createdAt), timeMs(request.expiresAt)];
      const text = JSON.stringify(request);
      insert.run(id, binding, tenant, keyId, added.status, createdMs, expiresMs, text);
    },
    update({ id, status, answer }) {
      update.run(status, answer === undefined ? null : JSON.stringify(answer), id);
    },
    markExpired: (nowMs) => Number(markExpired.run(nowMs).changes),
    forget: (beforeMs) => void forget.run(beforeMs),
  };
}

/** Whoever can write the file wrote the row: it is read as what a stranger sent. */
function recordOf(row: Row, path: string): ApprovalRecord {
  try {
    const record = parseRecord(json(row["request"]), row["status"], json(row["answer"]));
    const { id, binding, tenant, keyId, createdAt, expiresAt } = record;
    const repeated = { id, binding, tenant, key_id: keyId };
    const times = { created_ms: timeMs(createdAt), expires_ms: timeMs(expiresAt) };
    for (const [column, value] of Object.entries({ ...repeated, ...times })) {
      if (row[column] !== String(value)) throw new TypeError(`\`${column}\` differs`);
    }
    return record;
  } catch (cause) {
    throw new ApprovalsError(
      "record_invalid",
      `an approval in \`${path}\` is not what was written there; find out who edits the file, then move it away`,
      { cause },
    );
  }
}

function json(text: unknown): unknown {
  if (text === null) return undefined;
  if (typeof text !== "string") throw new TypeError("a column is no text");
  return JSON.parse(text) as unknown;
}
