import { expect, onTestFinished, test } from "vitest";
import { postgresKeyStore } from "../../../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../../../src/store/key-store.ts";
import { sampleWrite } from "../../../../src/store/conformance/sample-key.ts";
import { sql, testServer } from "../postgres-database.ts";

const server = testServer();

function opened(url: string): KeyStore {
  const store = postgresKeyStore({ url });
  onTestFinished(() => store.close());
  return store;
}

test("many nodes that start at once make the schema once", async () => {
  const url = await server.database();
  const stores = Array.from({ length: 8 }, () => opened(url));
  const ids = await Promise.all(stores.map((store) => store.storeId()));
  expect(new Set(ids).size).toBe(1);
  await expect(sql(url, "select schema_version from scopeward.meta")).resolves.toEqual([
    { schema_version: 1 },
  ]);
});

test("a schema that stands empty is used, by a user who may make none", async () => {
  const url = new URL(await server.database());
  const name = url.pathname.slice(1);
  await sql(url.href, `create role ${name} login`);
  await sql(url.href, `create schema scopeward authorization ${name}`);
  url.username = name;
  await expect(opened(url.href).storeId()).resolves.not.toBe("");
});

test("a user who may not make the schema is told so", async () => {
  const url = new URL(await server.database());
  const name = url.pathname.slice(1);
  await sql(url.href, `create role ${name} login`);
  url.username = name;
  await expect(opened(url.href).storeId()).rejects.toMatchObject({ code: "misconfigured" });
});

test("a database that cannot hold every text is misconfigured", async () => {
  const url = new URL(await server.database());
  url.pathname += "_latin1";
  await sql(
    server.running.url,
    `create database ${url.pathname.slice(1)} encoding 'LATIN1' locale 'C' template template0`,
  );
  await expect(opened(url.href).storeId()).rejects.toMatchObject({ code: "misconfigured" });
});

test("a schema of a newer program is refused, and left as it is", async () => {
  const url = await server.database();
  await opened(url).commit({ writes: [sampleWrite("k")] });
  await sql(url, "update scopeward.meta set schema_version = 99");
  const store = opened(url);
  await expect(store.readChain("k")).rejects.toMatchObject({ code: "schema_newer" });
  await expect(store.commit({ writes: [sampleWrite("l")] })).rejects.toMatchObject({
    code: "schema_newer",
  });
  await expect(sql(url, "select schema_version from scopeward.meta")).resolves.toEqual([
    { schema_version: 99 },
  ]);
});

test.for([
  "delete from scopeward.meta",
  "update scopeward.meta set schema_version = 0",
  "delete from scopeward.counter",
  "drop table scopeward.keys cascade",
  "drop function scopeward.ancestors",
])("a store is corrupt after `%s`", async (text) => {
  const url = await server.database();
  await opened(url).commit({ writes: [sampleWrite("k")] });
  await sql(url, text);
  const store = opened(url);
  const using = async () => {
    await store.readChain("k");
    await store.commit({ writes: [sampleWrite("l")] });
  };
  await expect(using()).rejects.toMatchObject({ code: "corrupt" });
});

test("a counter that was put back is corrupt, and gives no sequence number twice", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.commit({ writes: [sampleWrite("k"), sampleWrite("l")] });
  await sql(url, "update scopeward.counter set head = 1");
  await expect(store.commit({ writes: [sampleWrite("m")] })).rejects.toMatchObject({
    code: "corrupt",
  });
  await expect(store.readChain("m")).resolves.toEqual([]);
});
