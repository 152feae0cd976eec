import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import type { PgClient } from "../../../../src/store/drivers/postgres/pg-module.ts";
import { queryPrepared } from "../../../../src/store/drivers/postgres/prepared-query.ts";
import { testServer } from "../postgres-database.ts";

const server = testServer();

async function connected(): Promise<PgClient> {
  const client = new Client(await server.database());
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const greeting = {
  name: "greeting",
  text: "select 'hello ' || $1, null, 1 from generate_series(1, 2)",
};

test("each row is the texts of its columns, also when the statement is prepared already", async () => {
  const client = await connected();
  for (const name of ["ada", "böb"]) {
    const row = [`hello ${name}`, null, "1"];
    await expect(queryPrepared(client, greeting, [name], 3_000)).resolves.toEqual([row, row]);
  }
});

test("a statement that finds nothing gives no rows", async () => {
  const client = await connected();
  const nothing = { name: "nothing", text: "select 1 where $1 = ''" };
  await expect(queryPrepared(client, nothing, ["x"], 3_000)).resolves.toEqual([]);
});

test("a statement that the server refuses rejects with its code, and the next one works", async () => {
  const client = await connected();
  const broken = { name: "broken", text: "select $1 from nowhere" };
  await expect(queryPrepared(client, broken, ["x"], 3_000)).rejects.toMatchObject({
    code: "42P01",
  });
  const failing = { name: "failing", text: "select 1 / length($1)" };
  await expect(queryPrepared(client, failing, [""], 3_000)).rejects.toMatchObject({
    code: "22012",
  });
  await expect(queryPrepared(client, failing, ["x"], 3_000)).resolves.toEqual([["1"]]);
});

test("a statement that is not answered in time rejects", async () => {
  const client = await connected();
  const slow = { name: "slow", text: "select pg_sleep($1::float8)" };
  await expect(queryPrepared(client, slow, ["2"], 50)).rejects.toThrow("timeout");
});

test("a statement that copies gives no rows, and does not end the process", async () => {
  const client = await connected();
  const copy = { name: "copy", text: "copy pg_catalog.pg_type to stdout" };
  await expect(queryPrepared(client, copy, [], 200)).resolves.toEqual([]);
});
