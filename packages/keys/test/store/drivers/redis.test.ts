import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type RedisServer,
  type RedisSettings,
  startRedis,
} from "../../../../../tools/servers/redis.ts";
import { keyStoreCases } from "../../../src/conformance.ts";
import {
  sampleWrite,
  tenant,
  times,
  versionOf,
  write,
} from "../../../src/store/conformance/sample-key.ts";
import { redisKeyStore } from "../../../src/store/drivers/redis.ts";
import {
  type KeyStore,
  KeyStoreError,
  type KeyStoreErrorCode,
} from "../../../src/store/key-store.ts";
import { beside, openedStore } from "./redis/redis-store.ts";

/** One server for the tests that leave it as it was; each has a store of its own there. */
let shared: RedisServer;
let stores = 0;
beforeAll(async () => {
  shared = await startRedis();
});
afterAll(async () => await shared.stop());

function newPrefix(): string {
  stores += 1;
  return `store${String(stores)}`;
}

async function ownServer(settings?: RedisSettings): Promise<RedisServer> {
  const server = await startRedis(settings);
  onTestFinished(() => server.stop());
  return server;
}

async function rejectsWith(promise: Promise<unknown>, code: KeyStoreErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: "KeyStoreError", code });
}

async function faultsOf(calls: readonly Promise<unknown>[]): Promise<readonly KeyStoreError[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected" && KeyStoreError.is(outcome.reason)) return outcome.reason;
    throw new Error("no fault of a key store");
  });
}

/** Twice as long as a call may wait, since other programs may have the machine. */
const boundMs = 10_000;

async function msOf(work: Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work.catch(() => undefined);
  return performance.now() - beganMs;
}

async function isFine(store: KeyStore, id = "k1"): Promise<void> {
  await vi.waitFor(async () => expect(await versionOf(store, id)).toBe(1), 10_000);
}

describe("every rule of the port", () => {
  test.for(keyStoreCases)("$name", async ({ run }) => {
    const prefix = newPrefix();
    const harness = {
      open: async () => redisKeyStore({ url: shared.url, prefix }),
      edit: async (id: string, body: string) => {
        await beside(shared, "HSET", `{${prefix}}:key:${id}`, "body", body);
        return true;
      },
    };
    await expect(run(harness)).resolves.toBeUndefined();
  });
});

describe("a server that loses what it acknowledges", () => {
  test.for([
    { appendfsync: "everysec" },
    { appendonly: "no" },
    { "maxmemory-policy": "allkeys-lru" },
  ] as const)("%j is refused, and used where that is accepted", async (settings) => {
    const server = await ownServer(settings);
    const store = openedStore(server);
    await rejectsWith(store.commit({ writes: [sampleWrite("k1")] }), "not_durable");
    await rejectsWith(store.storeId(), "not_durable");
    await rejectsWith(store.listen?.(() => undefined) ?? Promise.resolve(), "not_durable");
    expect(await store.health()).toMatchObject({ kind: "refused" });
    expect(await beside(server, "DBSIZE")).toBe(0);

    const accepting = openedStore(server, { acceptLostWrites: true });
    expect(await accepting.health()).toMatchObject({ kind: "lossy" });
    await write(accepting, sampleWrite("k1"));
  });

  test("is refused from the next look on, and used again once its cause is gone", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    expect(await store.health()).toEqual({ kind: "durable" });
    await write(store, sampleWrite("k1"));
    await beside(server, "CONFIG", "SET", "appendfsync", "everysec");
    expect(await store.health()).toMatchObject({ kind: "refused" });
    await rejectsWith(store.readChain("k1"), "not_durable");
    await beside(server, "CONFIG", "SET", "appendfsync", "always");
    expect(await versionOf(store, "k1")).toBe(1);
    expect(await store.health()).toEqual({ kind: "durable" });
  });

  test("is one that somebody replicates, or that replicates another", async () => {
    const [master, replica] = [
      await ownServer({ "repl-diskless-sync-delay": "0" }),
      await ownServer(),
    ];
    const [store, other] = [openedStore(master), openedStore(replica)];
    await write(store, sampleWrite("k1"));
    await beside(replica, "REPLICAOF", "127.0.0.1", String(master.port));
    await vi.waitFor(
      async () => expect(await store.health()).toMatchObject({ kind: "refused" }),
      10_000,
    );
    await rejectsWith(store.readChain("k1"), "not_durable");
    await rejectsWith(other.readChain("k1"), "not_durable");
    const accepting = openedStore(replica, { acceptLostWrites: true });
    await isFine(accepting);
    await rejectsWith(accepting.commit({ writes: [sampleWrite("k2")] }), "not_writable");
  });

  test("may be one that does not tell", async () => {
    const server = await ownServer();
    await beside(server, "ACL", "SETUSER", "app", "on", ">hunter2", "~*", "&*", "+@all", "-config");
    const url = `redis://app:hunter2@127.0.0.1:${String(server.port)}`;
    const store = openedStore({ url });
    expect(await store.health()).toMatchObject({ kind: "refused" });
    await rejectsWith(store.storeId(), "not_durable");
    const accepting = openedStore({ url }, { acceptLostWrites: true });
    expect(await accepting.health()).toMatchObject({ kind: "lossy" });
    await write(accepting, sampleWrite("k1"));
  });
});

describe("a server that fails", () => {
  test("by stopping is unavailable within its time, and works when it goes on", async () => {
    const server = await ownServer();
    const [store, late] = [openedStore(server), openedStore(server)];
    await write(store, sampleWrite("k1"));
    server.pause();
    const calls = times(50, () => store.readChain("k1"));
    expect(await msOf(Promise.allSettled(calls))).toBeLessThan(boundMs);
    for (const call of calls) await rejectsWith(call, "unavailable");
    // Neither a connection that is made anew, nor a first one, waits longer.
    const others = [store.storeId(), late.health()];
    expect(await msOf(Promise.allSettled(others))).toBeLessThan(boundMs);
    for (const other of others) await rejectsWith(other, "unavailable");
    server.resume();
    await isFine(store);
    await isFine(late);
  });

  test("by being killed is unavailable at once, and works when it is back", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await write(store, sampleWrite("k1"));
    const [storeId, { head }] = [await store.storeId(), await store.changesSince(0)];
    await server.kill9();
    await rejectsWith(store.readChain("k1"), "unavailable");
    await rejectsWith(store.storeId(), "unavailable");
    await server.restart();
    await isFine(store);
    expect(await store.storeId()).toBe(storeId);
    // It may have been put back meanwhile: once, everything may have changed.
    expect(await store.changesSince(head)).toEqual({ kind: "unknown", head });
    expect(await store.changesSince(head)).toEqual({ kind: "changes", head, ids: [] });
  });

  test("by being full is not writable, and reads", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await write(store, sampleWrite("k1"));
    await beside(server, "CONFIG", "SET", "maxmemory", "1");
    const { head } = await store.changesSince(0);
    await rejectsWith(store.commit({ writes: [sampleWrite("k2")] }), "not_writable");
    await rejectsWith(store.touch([{ id: "k1", at: "2026-03-01T10:00:00.000Z" }]), "not_writable");
    expect(await versionOf(store, "k1")).toBe(1);
    expect(await store.changesSince(0)).toEqual({ kind: "changes", head, ids: ["k1"] });
    await beside(server, "CONFIG", "SET", "maxmemory", "0");
    await write(store, sampleWrite("k2"));
  });

  test("never ends the process, and its hints come again", async () => {
    const server = await ownServer();
    const [store, writer] = [openedStore(server), openedStore(server)];
    let hints = 0;
    const end = await store.listen?.(() => {
      hints += 1;
    });
    await server.restart();
    await vi.waitFor(async () => {
      const id = `k${String(performance.now())}`;
      await write(writer, sampleWrite(id));
      expect(hints).toBeGreaterThan(0);
    }, 10_000);
    await end?.();
  });

  test("or is not there lets listening begin, and be heard later", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await server.kill9();
    let hints = 0;
    await store.listen?.(() => {
      hints += 1;
    });
    await server.restart();
    await vi.waitFor(async () => {
      await write(store, sampleWrite(`k${String(performance.now())}`));
      expect(hints).toBeGreaterThan(0);
    }, 10_000);
  });
});

describe("a store that is not the one it was", () => {
  test("since it was wiped has another id, and everything may have changed", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await write(store, sampleWrite("k1"), sampleWrite("k2"));
    const storeId = await store.storeId();
    await beside(server, "FLUSHALL");
    expect(await store.changesSince(1)).toEqual({ kind: "unknown", head: 0 });
    expect(await store.readChain("k1")).toEqual([]);
    const empty = await store.storeId();
    expect(empty).not.toBe(storeId);
    // Another process may have begun the new store, and come as far, before this one looks.
    await beside(server, "FLUSHALL");
    await write(openedStore(server), sampleWrite("k3"));
    expect(await store.changesSince(0)).toEqual({ kind: "unknown", head: 1 });
    expect(await store.storeId()).not.toBe(empty);
  });

  test("since it started empty has another id, and everything may have changed", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await write(store, sampleWrite("k1"));
    const storeId = await store.storeId();
    await server.kill9();
    await rm(join(server.folder, "appendonlydir"), { recursive: true });
    await server.restart();
    await vi.waitFor(async () => expect(await store.storeId()).not.toBe(storeId), 10_000);
    await write(store, sampleWrite("k2"));
    // Its numbers have come as far again, and mean other changes.
    expect(await store.changesSince(1)).toEqual({ kind: "unknown", head: 1 });
  });

  test("since it was put back may have changed, however far it has come", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await write(store, sampleWrite("k1"));
    const [files, copy] = ["appendonlydir", "copy"].map((name) => join(server.folder, name));
    if (files === undefined || copy === undefined) throw new Error("two names");
    await cp(files, copy, { recursive: true });
    await write(store, sampleWrite("k2"));
    const { head } = await store.changesSince(0);
    await server.kill9();
    await rm(files, { recursive: true });
    await cp(copy, files, { recursive: true });
    await server.restart();
    await isFine(store);
    await write(store, sampleWrite("k3"), sampleWrite("k4"));
    expect(await store.changesSince(head)).toEqual({ kind: "unknown", head: head + 1 });
  });

  test("since a newer program wrote it is refused, also while it is open", async () => {
    const prefix = newPrefix();
    const store = openedStore(shared, { prefix });
    await write(store, sampleWrite("k1"));
    await beside(shared, "HSET", `{${prefix}}`, "schema", "2");
    await rejectsWith(store.readChain("k1"), "schema_newer");
    await rejectsWith(store.commit({ writes: [sampleWrite("k2")] }), "schema_newer");
    await rejectsWith(openedStore(shared, { prefix }).storeId(), "schema_newer");
    expect(await beside(shared, "HGET", `{${prefix}}`, "schema")).toBe("2");
    await beside(shared, "HSET", `{${prefix}}`, "schema", "1");
    expect(await versionOf(store, "k1")).toBe(1);
  });
});

describe("a store that somebody edits", () => {
  test.for([
    "SET {p} x",
    "HSET {p} schema one",
    "HDEL {p} store",
    "HDEL {p} schema",
    "HSET {p} schema 0",
    "DEL {p}",
    "HSET {p} sequence x",
  ])("by `%s` is damaged", async (edit) => {
    const prefix = newPrefix();
    const before = openedStore(shared, { prefix });
    await write(before, sampleWrite("k1"));
    await beside(shared, "DEL", ...(edit.startsWith("SET") ? [`{${prefix}}`] : []), "nothing");
    await beside(shared, ...edit.replace("{p}", `{${prefix}}`).split(" "));
    const calls = [before, openedStore(shared, { prefix })].flatMap((store) => [
      store.commit({ writes: [sampleWrite("k2")] }),
      store.changesSince(0),
    ]);
    for (const { code } of await faultsOf(calls)) expect(code).toBe("corrupt");
  });

  test("shows no key that its body does not place there, whatever an index says", async () => {
    const prefix = newPrefix();
    const store = openedStore(shared, { prefix });
    await write(store, sampleWrite("k1"), sampleWrite("k2", { tenant: "other" }));
    for (const id of ["k2", "gone"]) {
      await beside(shared, "ZADD", `{${prefix}}:tenant:${tenant}`, "0", id);
    }
    await beside(shared, "SET", `{${prefix}}:key:text`, "x");
    await beside(shared, "ZADD", `{${prefix}}:tenant:${tenant}`, "0", "text");
    expect((await store.list({ tenant, limit: 10 })).map(({ id }) => id)).toEqual(["k1"]);
    await rejectsWith(store.readChain("text"), "corrupt");
  });

  test.for(["changes", "pending", `tenant:${tenant}`, `owner:${tenant}/user:ada`, "key:k2"])(
    "takes no part of a commit where `%s` is damaged",
    async (name) => {
      const prefix = newPrefix();
      const store = openedStore(shared, { prefix });
      await write(store, sampleWrite("k1", { tenant: "other" }));
      await beside(shared, "DEL", `{${prefix}}:${name}`);
      await beside(shared, "SET", `{${prefix}}:${name}`, "x");
      const commit = { writes: [sampleWrite("k3"), sampleWrite("k2")] };
      await rejectsWith(store.commit(commit), "corrupt");
      expect(await store.readChain("k3")).toEqual([]);
      expect(await beside(shared, "HGET", `{${prefix}}`, "sequence")).toBe("1");
    },
  );

  test("takes no part of a commit where its sequence was put back", async () => {
    const prefix = newPrefix();
    const store = openedStore(shared, { prefix });
    await write(store, sampleWrite("k1"), sampleWrite("k2"));
    await beside(shared, "HSET", `{${prefix}}`, "sequence", "0");
    await rejectsWith(store.commit({ writes: [sampleWrite("k3")] }), "corrupt");
    expect(await store.readChain("k3")).toEqual([]);
  });

  test("does not take the id of a key whose version is gone", async () => {
    const prefix = newPrefix();
    const store = openedStore(shared, { prefix });
    await write(store, sampleWrite("k1"));
    await beside(shared, "HDEL", `{${prefix}}:key:k1`, "version");
    const result = await store.commit({ writes: [sampleWrite("k1")] });
    expect(result).toEqual({ kind: "conflict", id: "k1" });
  });
});

test("a key may be written twice in one commit", async () => {
  const prefix = newPrefix();
  const store = openedStore(shared, { prefix });
  const moved = sampleWrite("k1", { version: 2, owner: "user:eve" });
  await write(store, sampleWrite("k1"), moved);
  expect(await versionOf(store, "k1")).toBe(2);
  expect(await beside(shared, "EXISTS", `{${prefix}}:owner:${tenant}/user:ada`)).toBe(0);
  expect(await store.list({ tenant, owner: "user:eve", limit: 10 })).toEqual([moved.key]);
});

test("the newest 10,000 changes are remembered, and entries until they are settled", async () => {
  const store = openedStore(shared, { prefix: newPrefix() });
  for (const hundred of times(101, String)) {
    await write(store, ...times(100, (each) => sampleWrite(`k${hundred}-${String(each)}`)));
  }
  expect(await store.changesSince(99)).toEqual({ kind: "unknown", head: 10_100 });
  const known = await store.changesSince(100);
  expect(known.kind === "changes" && new Set(known.ids).size).toBe(10_000);
  expect((await store.pending(1))[0]?.sequence).toBe(1);
});

test("scripts that the server was told to forget are sent again", async () => {
  const store = openedStore(shared, { prefix: newPrefix() });
  await write(store, sampleWrite("k1"));
  await beside(shared, "SCRIPT", "FLUSH");
  await write(store, sampleWrite("k2"));
  expect(await versionOf(store, "k2")).toBe(1);
});

test("a node of a cluster that holds its slot is as good", async () => {
  const server = await ownServer({ "cluster-enabled": "yes" });
  const store = openedStore(server);
  await rejectsWith(store.storeId(), "unavailable");
  await beside(server, "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  await vi.waitFor(() => store.storeId(), 10_000);
  await write(store, sampleWrite("k1"), sampleWrite("k2", { parent: "k1" }));
  expect((await store.readChain("k2")).map(({ id }) => id)).toEqual(["k2", "k1"]);
  expect((await store.list({ tenant, parent: "k1", limit: 10 })).map(({ id }) => id)).toEqual([
    "k2",
  ]);
  expect(await store.changesSince(1)).toEqual({ kind: "changes", head: 2, ids: ["k2"] });
  expect(await store.pending(10)).toHaveLength(2);
});

test("two databases of one server are two stores", async () => {
  const prefix = newPrefix();
  const [first, second] = ["0", "1"].map((database) =>
    openedStore({ url: `${shared.url}/${database}` }, { prefix }),
  );
  if (first === undefined || second === undefined) throw new Error("two stores");
  await write(first, sampleWrite("k1"));
  expect(await second.readChain("k1")).toEqual([]);
  expect(await second.storeId()).not.toBe(await first.storeId());
  expect(second.place).toBe(`redis://127.0.0.1:${String(shared.port)}/1`);
});

test("nothing is connected to before the first call, nor after the end", async () => {
  const store = redisKeyStore({ url: "redis://192.0.2.1:1" });
  await store.close();
  await rejectsWith(store.storeId(), "closed");

  const closing = redisKeyStore({ url: shared.url, prefix: newPrefix() });
  const call = closing.storeId();
  await closing.close();
  await rejectsWith(call, "closed");
  await vi.waitFor(async () => {
    const clients = await beside(shared, "CLIENT", "LIST", "TYPE", "normal");
    expect(clients).not.toContain("name=scopeward");
  }, 10_000);
});

describe("no fault holds a password", () => {
  test.for([
    ["that the server refuses", "misconfigured"],
    ["that nobody takes", "unavailable"],
  ] as const)("%s", async ([, code]) => {
    const port = code === "misconfigured" ? shared.port : 1;
    const store = openedStore({ url: `redis://ada:hunter2@127.0.0.1:${String(port)}` });
    const fault: unknown = await store.storeId().catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: "KeyStoreError", code });
    expect(inspect([fault, store], { depth: 9, showHidden: true })).not.toContain("hunter2");
  });
});

test("a database that the server lacks, or a prefix with braces, is misconfigured", async () => {
  await rejectsWith(openedStore({ url: `${shared.url}/999` }).storeId(), "misconfigured");
  expect(() => redisKeyStore({ url: shared.url, prefix: "{a}" })).toThrow(
    expect.objectContaining({ code: "misconfigured" }),
  );
});

test("without the client library it is said how to install it", async () => {
  const program = fileURLToPath(new URL("redis/missing-library.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 30_000 });
  expect(stdout).toMatch(/^misconfigured: .*npm install @redis\/client/);
});
