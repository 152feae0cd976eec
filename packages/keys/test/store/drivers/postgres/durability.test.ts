import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgresKeyStore } from "../../../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../../../src/store/key-store.ts";
import { sampleWrite } from "../../../../src/store/conformance/sample-key.ts";
import { sql, testServer } from "../postgres-database.ts";

const server = testServer();

async function set(...settings: readonly string[]): Promise<void> {
  for (const setting of settings) await sql(server.running.url, `alter system set ${setting}`);
  await sql(server.running.url, "select pg_reload_conf()");
  // A new connection has them once the postmaster has read them; it tells the others at that time.
  for (const setting of settings) {
    const [name = "", value] = setting.split(" = ");
    await vi.waitFor(async () => {
      const [row] = await sql(server.running.url, `select current_setting('${name}') as value`);
      expect(row).toEqual({ value });
    }, 20_000);
  }
}

afterEach(async () => {
  await sql(server.running.url, "alter system reset all");
  await sql(server.running.url, "select pg_reload_conf()");
});

function opened(url: string, acceptLostWrites?: boolean): KeyStore {
  const store = postgresKeyStore(
    acceptLostWrites === undefined ? { url } : { url, acceptLostWrites },
  );
  onTestFinished(() => store.close());
  return store;
}

test.for(["fsync", "full_page_writes"])(
  "a server whose %s is off is refused at the first call, and works again when it is on",
  async (setting) => {
    const url = await server.database();
    await set(`${setting} = off`);
    const store = opened(url);
    const notDurable = { name: "KeyStoreError", code: "not_durable" };
    await expect(store.readChain("k")).rejects.toMatchObject(notDurable);
    await expect(store.commit({ writes: [sampleWrite("k")] })).rejects.toMatchObject(notDurable);
    await expect(store.health()).resolves.toMatchObject({ kind: "refused" });
    await set(`${setting} = on`);
    await expect(store.commit({ writes: [sampleWrite("k")] })).resolves.toMatchObject({
      kind: "committed",
    });
    await expect(store.health()).resolves.toEqual({ kind: "durable" });
  },
);

test("a server that stops to be durable is refused from the next look at its health on", async () => {
  const store = opened(await server.database());
  await store.storeId();
  await set("fsync = off");
  await expect(store.health()).resolves.toMatchObject({ kind: "refused" });
  await expect(store.readChain("k")).rejects.toMatchObject({ code: "not_durable" });
  await expect(store.changesSince(0)).rejects.toMatchObject({ code: "not_durable" });
});

test("where losing writes is accepted, the server works and is called lossy", async () => {
  const url = await server.database();
  await set("fsync = off");
  const store = opened(url, true);
  await store.commit({ writes: [sampleWrite("k")] });
  await expect(store.health()).resolves.toMatchObject({ kind: "lossy" });
  await set("fsync = on");
  await expect(store.health()).resolves.toEqual({ kind: "durable" });
});

test("a table that no crash survives is refused", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.storeId();
  await sql(url, "alter table scopeward.keys set unlogged");
  await expect(store.health()).resolves.toMatchObject({ kind: "refused" });
});

test("a commit waits for the disk also where the server's synchronous_commit is off", async () => {
  const url = await server.database();
  await set("synchronous_commit = off");
  const store = opened(url);
  await expect(store.health()).resolves.toEqual({ kind: "durable" });
  let flushed = 0;
  for (let round = 0; round < 10; round += 1) {
    await store.commit({ writes: [sampleWrite(`k${String(round)}`)] });
    const [found] = await sql(
      url,
      "select pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() as all",
    );
    if (found?.["all"] === true) flushed += 1;
  }
  // The server writes now and then for itself, and does not wait for the disk.
  expect(flushed).toBeGreaterThan(7);
});

test.for(["local", "remote_write", "remote_apply"])(
  "synchronous_commit = %s is durable",
  async (value) => {
    const store = opened(await server.database());
    await set(`synchronous_commit = ${value}`);
    await expect(store.health()).resolves.toEqual({ kind: "durable" });
  },
);

test("a standby is refused, also where lost writes are accepted, until it is the primary", async () => {
  const store = opened(await server.database(), true);
  await store.commit({ writes: [sampleWrite("k")] });
  const signal = join(server.running.folder, "data", "standby.signal");
  writeFileSync(signal, "");
  await server.running.restart();
  await expect(store.readChain("k")).rejects.toMatchObject({ code: "not_durable" });
  await expect(store.health()).resolves.toMatchObject({ kind: "refused" });
  rmSync(signal);
  await server.running.restart();
  await expect(store.readChain("k")).resolves.toHaveLength(1);
});

test("a database that is read-only is read, and not written", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.commit({ writes: [sampleWrite("k")] });
  const name = new URL(url).pathname.slice(1);
  await sql(url, `alter database ${name} set default_transaction_read_only = on`);
  const later = opened(url);
  await expect(later.readChain("k")).resolves.toHaveLength(1);
  await expect(later.commit({ writes: [sampleWrite("l")] })).rejects.toMatchObject({
    code: "not_writable",
  });
});
