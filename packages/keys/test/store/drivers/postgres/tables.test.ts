import { fc } from "@fast-check/vitest";
import { expect, onTestFinished, test } from "vitest";
import { postgresKeyStore } from "../../../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../../../src/store/key-store.ts";
import { bodyWrite, sampleWrite } from "../../../../src/store/conformance/sample-key.ts";
import { sql, testServer } from "../postgres-database.ts";

const server = testServer();

function opened(url: string): KeyStore {
  const store = postgresKeyStore({ url });
  onTestFinished(() => store.close());
  return store;
}

test("what is searched for cannot be edited apart from the body", async () => {
  const url = await server.database();
  await opened(url).commit({ writes: [sampleWrite("k")] });
  for (const column of ["tenant", "owner", "status", "parent"]) {
    await expect(sql(url, `update scopeward.keys set ${column} = 'other'`)).rejects.toMatchObject({
      code: "428C9",
    });
  }
});

test("any body is kept as it is and found by its owner, whatever its other members hold", async () => {
  const store = opened(await server.database());
  let made = 0;
  const text = fc.string({ unit: "binary" });
  const member = fc.oneof(text, fc.constantFrom("\0", "\ud800", "\\u0000", "\\\0", "a\0\0b", "😀"));
  await fc.assert(
    fc.asyncProperty(fc.array(member), async (notes) => {
      made += 1;
      const [id, owner] = [`k${String(made)}`, `user:u${String(made)}`];
      const members = { notes, id, tenant: "acme", owner, status: "active", version: 1 };
      const body = JSON.stringify(members);
      await store.commit({ writes: [bodyWrite(id, 1, body)] });
      expect((await store.readChain(id))[0]?.body).toBe(body);
      const found = await store.list({ tenant: "acme", owner, limit: 10 });
      expect(found.map((key) => key.body)).toEqual([body]);
    }),
    { numRuns: 60 },
  );
});

test("a body that somebody damaged is read as it is, and is in no list", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.commit({ writes: [sampleWrite("child", { parent: "k" }), sampleWrite("k")] });
  for (const body of ["", "{", "null", "[]", '"text"', "{}", "[".repeat(20_000), "\\u0000"]) {
    await sql(url, "update scopeward.keys set body = $1 where id = 'k'", [body]);
    const bodies = (await store.readChain("child")).map((key) => key.body);
    expect(bodies).toEqual([sampleWrite("child", { parent: "k" }).key.body, body]);
    const listed = await store.list({ tenant: "acme", limit: 10 });
    expect(listed.map(({ id }) => id)).toEqual(["child"]);
  }
});

test("a text that no database can hold finds nothing", async () => {
  const store = opened(await server.database());
  await store.commit({ writes: [sampleWrite("k")] });
  await expect(store.readChain("k\0")).resolves.toEqual([]);
  await expect(store.list({ tenant: "acme\0", limit: 10 })).resolves.toEqual([]);
  await expect(store.list({ tenant: "acme", owner: "\0", limit: 10 })).resolves.toEqual([]);
  await expect(store.findIdempotency("acme", "\0")).resolves.toBeUndefined();
});

test("settled changes of long ago are forgotten, and whoever asks for them is told so", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.commit({ writes: [sampleWrite("first"), sampleWrite("second")] });
  await sql(
    url,
    `insert into scopeward.changes (sequence, key_id, entry, settled)
    select s, 'k' || s % 7, '{}', true from generate_series(3, 10002) s`,
  );
  await sql(url, "update scopeward.counter set head = 10002");
  await expect(store.changesSince(1)).resolves.toEqual({ kind: "unknown", head: 10_002 });
  await store.settle([2]);
  await store.settle([2]);
  const kept = await sql(
    url,
    "select sequence::int from scopeward.changes order by sequence limit 2",
  );
  expect(kept).toEqual([{ sequence: 1 }, { sequence: 3 }]);
  const all = await store.changesSince(2);
  expect(all).toMatchObject({ kind: "changes", head: 10_002 });
  expect(all.kind === "changes" ? all.ids.length : 0).toBe(7);
  expect((await store.pending(10)).map(({ keyId }) => keyId)).toEqual(["first"]);
});
