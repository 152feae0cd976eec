import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { sampleWrite, write } from "../../../../src/store/conformance/sample-key.ts";
import { sqliteKeyStore } from "../../../../src/store/drivers/sqlite.ts";
import { migrate, migrations, schemaVersion } from "../../../../src/store/drivers/sqlite/schema.ts";
import { temporaryFolder } from "../../../temporary-folder.ts";

async function newDatabase(): Promise<{ path: string; database: DatabaseSync }> {
  const path = join(await temporaryFolder(), "keys.db");
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  return { path, database };
}

/** The schema in SQLite's own words. */
function schemaOf(database: DatabaseSync): unknown[] {
  return database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
}

test.for([...migrations.keys()])(
  "a store of schema %i is brought forward when it is opened, and works",
  async (version) => {
    const { path, database } = await newDatabase();
    migrate(database, path, migrations.slice(0, version));
    const store = sqliteKeyStore({ path });
    onTestFinished(() => store.close());
    await write(store, sampleWrite("k1"));
    expect(await store.readChain("k1")).toHaveLength(1);
    const fresh = await newDatabase();
    migrate(fresh.database, fresh.path);
    expect(schemaOf(database)).toEqual(schemaOf(fresh.database));
    expect(schemaVersion(database, path)).toBe(migrations.length);
  },
);

test("each step is applied once, in order, and only what is missing", async () => {
  const { path, database } = await newDatabase();
  const steps = [
    "CREATE TABLE list (step TEXT) STRICT; INSERT INTO list VALUES ('one')",
    "INSERT INTO list VALUES ('two')",
    "INSERT INTO list VALUES ('three')",
  ];
  for (const count of [1, 1, 3, 3]) migrate(database, path, steps.slice(0, count));
  expect(database.prepare("SELECT step FROM list").all()).toEqual([
    { step: "one" },
    { step: "two" },
    { step: "three" },
  ]);
  expect(() => migrate(database, path, steps.slice(0, 2))).toThrow(
    expect.objectContaining({ code: "schema_newer" }),
  );
});

test("a step that fails leaves the schema as it was", async () => {
  const { path, database } = await newDatabase();
  migrate(database, path, ["CREATE TABLE one (a TEXT) STRICT"]);
  expect(() =>
    migrate(database, path, [
      "CREATE TABLE one (a TEXT) STRICT",
      "CREATE TABLE two (a TEXT); oops",
    ]),
  ).toThrow(/syntax error/);
  database.exec("ROLLBACK");
  expect(schemaOf(database)).toMatchObject([{ name: "one" }]);
});
