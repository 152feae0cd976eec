import type { DatabaseSync } from "node:sqlite";
import { KeyStoreError } from "../../key-store.ts";

/** Marks the file as ours (`PRAGMA application_id`): the letters `swky`. */
const applicationId = 0x73776b79;

/** A member of the body as a column that nobody can edit: NULL when it is absent or the text is no JSON. */
function memberOfBody(column: string, member: string): string {
  return `${column} TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(body) THEN json_extract(body, '$.${member}') END) VIRTUAL`;
}

/**
 * The schema as a list of steps, each applied once and in order; `PRAGMA user_version` is how many
 * were. A released step never changes: a new schema is a new step.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE store (id TEXT NOT NULL) STRICT;
  INSERT INTO store (id) VALUES (lower(hex(randomblob(16))));

  CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 9007199254740991),
    body TEXT NOT NULL,
    seal_pepper TEXT NOT NULL,
    seal TEXT NOT NULL,
    last_used_at TEXT,
    ${memberOfBody("tenant", "tenant")},
    ${memberOfBody("owner", "owner")},
    ${memberOfBody("status", "status")},
    ${memberOfBody("parent", "parent")}
  ) STRICT;
  CREATE INDEX keys_by_tenant ON keys (tenant, id);
  CREATE INDEX keys_by_owner ON keys (tenant, owner, id);
  CREATE INDEX keys_by_status ON keys (tenant, status, id);
  CREATE INDEX keys_by_parent ON keys (tenant, parent, id) WHERE parent IS NOT NULL;

  -- AUTOINCREMENT: no sequence number is ever given twice, whatever was pruned.
  CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key_id TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    entry TEXT NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1))
  ) STRICT;
  CREATE INDEX changes_pending ON changes (sequence) WHERE settled = 0;

  CREATE TABLE idempotency (
    tenant TEXT NOT NULL,
    digest TEXT NOT NULL,
    request TEXT NOT NULL,
    key_id TEXT NOT NULL,
    PRIMARY KEY (tenant, digest)
  ) STRICT, WITHOUT ROWID;
  `,
];

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === "number" ? value : 0;
}

/**
 * How many steps of the schema the file has; 0 for a file without anything in it.
 * @throws KeyStoreError `schema_newer` when it has more than this program knows, `misconfigured`
 * when the file belongs to another program.
 */
export function schemaVersion(
  database: DatabaseSync,
  path: string,
  steps: readonly string[] = migrations,
): number {
  const version = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  const foreign =
    application === 0
      ? version !== 0 || database.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined
      : application !== applicationId;
  if (foreign) {
    throw new KeyStoreError(
      "misconfigured",
      `the database \`${path}\` belongs to another program; name a file of its own for the key store`,
    );
  }
  if (version > steps.length) {
    throw new KeyStoreError(
      "schema_newer",
      `the key store \`${path}\` has schema ${version}, and this version knows ${steps.length}; install the newer version of Scopeward that wrote it`,
    );
  }
  return version;
}

/**
 * Brings the schema forward, in one transaction. Several processes may do this at once: the version
 * is read again under the write lock.
 */
export function migrate(
  database: DatabaseSync,
  path: string,
  steps: readonly string[] = migrations,
): void {
  database.exec("BEGIN IMMEDIATE");
  const version = schemaVersion(database, path, steps);
  for (const step of steps.slice(version)) database.exec(step);
  database.exec(
    `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}; COMMIT`,
  );
}
