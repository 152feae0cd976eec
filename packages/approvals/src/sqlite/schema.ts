import type { DatabaseSync } from "node:sqlite";
import { ApprovalsError } from "../approvals-error.ts";

/** Marks the file as ours (`PRAGMA application_id`): the letters `swap`. */
const applicationId = 0x73776170;

/** `PRAGMA user_version` of a file with this schema. */
const currentVersion = 1;

// `request` and `answer` are JSON; the other columns repeat members of them for the indexes, and a row
// in which they differ is refused.
const schema = `
  CREATE TABLE approvals (
    id TEXT NOT NULL PRIMARY KEY,
    binding TEXT NOT NULL,
    tenant TEXT NOT NULL,
    key_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'consumed', 'expired')),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    request TEXT NOT NULL,
    answer TEXT
  ) STRICT;
  CREATE INDEX approvals_by_binding ON approvals (binding, expires_ms);
  CREATE INDEX approvals_by_key ON approvals (tenant, key_id, status, expires_ms);
  CREATE INDEX approvals_by_expiry ON approvals (expires_ms);
  CREATE INDEX approvals_by_age ON approvals (created_ms);
`;

/**
 * Makes the tables where there are none. Several processes may do this at once: the version is read
 * again under the write lock.
 * @throws ApprovalsError `schema_newer` for the file of a newer version, `misconfigured` for that of
 *   another program.
 */
export function makeTables(database: DatabaseSync, path: string): void {
  if (version(database, path) === currentVersion) return;
  database.exec("BEGIN IMMEDIATE");
  if (version(database, path) === 0) {
    database.exec(schema);
    database.exec(
      `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${currentVersion}`,
    );
  }
  database.exec("COMMIT");
}

function version(database: DatabaseSync, path: string): number {
  const found = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  const isForeign =
    application === 0
      ? found !== 0 || database.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined
      : application !== applicationId;
  if (isForeign) {
    throw new ApprovalsError(
      "misconfigured",
      `the database \`${path}\` belongs to another program; name a file of its own for approvals`,
    );
  }
  if (found > currentVersion) {
    throw new ApprovalsError(
      "schema_newer",
      `the approvals \`${path}\` have schema ${found}, and this version knows ${currentVersion}; install the newer version of Scopeward that wrote them`,
    );
  }
  return found;
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === "number" ? value : 0;
}
