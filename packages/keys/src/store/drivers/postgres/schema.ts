import { KeyStoreError } from "../../key-store.ts";
import type { Session } from "./connections.ts";
import { firstTables } from "./tables.ts";

/** What leads from each version of the schema to the next, from nothing on; forward only. */
const migrations: readonly string[] = [firstTables];

// "scop" as a number: the same in every version of this program, and unlikely in any other.
const lock = 0x73_63_6f_70;

/**
 * Brings the schema to this program's version; many may do so at once.
 * @throws KeyStoreError `schema_newer` where a newer program has been here, `corrupt` where nobody
 * can say which version it is, `misconfigured` where the database cannot hold every text.
 */
export async function migrate(session: Session): Promise<void> {
  if ((await schemaVersion(session)) === migrations.length) return;
  // An error ends the connection, and with it the transaction and its lock.
  await session.rows({ text: "begin" });
  await session.rows({ text: `select pg_advisory_xact_lock(${lock})` });
  const version = await schemaVersion(session);
  for (const migration of migrations.slice(version)) await session.rows({ text: migration });
  await session.rows({ text: `update scopeward.meta set schema_version = ${migrations.length}` });
  await session.rows({ text: "commit" });
}

/** 0 where there is none; never above what this program knows. */
async function schemaVersion(session: Session): Promise<number> {
  // A query of the catalogue itself: `to_regclass` may remember what was before the lock was had.
  const [[isThere, encoding] = []] = await session.rows({
    text: `select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'scopeward' and c.relname = 'meta'), current_setting('server_encoding')`,
  });
  if (encoding !== "UTF8") {
    throw new KeyStoreError(
      "misconfigured",
      `the database has the encoding ${String(encoding)}: make one with the encoding UTF8`,
    );
  }
  if (isThere !== "t") return 0;
  const [[text] = []] = await session.rows({ text: "select schema_version from scopeward.meta" });
  const version = Number(text ?? Number.NaN);
  if (!Number.isInteger(version) || version < 1) {
    throw new KeyStoreError(
      "corrupt",
      "the table `scopeward.meta` does not say which version the schema is: put a backup back",
    );
  }
  if (version > migrations.length) {
    throw new KeyStoreError(
      "schema_newer",
      `the schema is version ${version}, this program knows ${migrations.length}: update it`,
    );
  }
  return version;
}
