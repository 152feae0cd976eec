import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { keyStoreCases } from "../../../src/conformance.ts";
import {
  bodyWrite,
  sampleWrite,
  tenant,
  times,
  write,
} from "../../../src/store/conformance/sample-key.ts";
import { sqliteKeyStore } from "../../../src/store/drivers/sqlite.ts";
import {
  type KeyStore,
  KeyStoreError,
  type KeyStoreErrorCode,
} from "../../../src/store/key-store.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

function opened(path: string): KeyStore {
  const store = sqliteKeyStore({ path });
  onTestFinished(() => store.close());
  return store;
}

async function newStore(): Promise<{ path: string; store: KeyStore }> {
  const path = join(await temporaryFolder(), "keys.db");
  return { path, store: opened(path) };
}

/** Another program's connection to the file; does `work` and goes away. */
function beside<T>(path: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** The code of the fault that a call ends with; undefined when it ends well. */
async function faultOf(call: Promise<unknown>): Promise<KeyStoreErrorCode | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (KeyStoreError.is(error)) return error.code;
    throw error;
  }
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Takes a database away as people do who know SQLite: with its log. */
function removeDatabase(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
}

describe("every rule of the port", () => {
  test.for(keyStoreCases)("$name", async ({ run }) => {
    const path = join(await temporaryFolder(), "keys.db");
    const editing = run({
      open: async () => sqliteKeyStore({ path }),
      edit: async (id, body) =>
        beside(path, (database) => {
          const { changes } = database
            .prepare("UPDATE keys SET body = ? WHERE id = ?")
            .run(body, id);
          return changes === 1;
        }),
    });
    await expect(editing).resolves.toBeUndefined();
  });
});

describe("the file", () => {
  test("nothing is made before the first call", async () => {
    const folder = await temporaryFolder();
    const store = opened(join(folder, "state", "keys.db"));
    expect(readdirSync(folder)).toEqual([]);
    expect(store.place).toBe(`sqlite:${join(folder, "state", "keys.db")}`);
    await store.storeId();
    expect(readdirSync(folder)).toEqual(["state"]);
  });

  test("file, log and the folders that are made are for their owner alone", async () => {
    const folder = await temporaryFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, "a", "b", "keys.db");
    await write(opened(path), sampleWrite("k1"));
    for (const file of readdirSync(join(folder, "a", "b"))) {
      expect(modeOf(join(folder, "a", "b", file))).toBe(0o600);
    }
    expect([join(folder, "a"), join(folder, "a", "b"), folder].map(modeOf)).toEqual([
      0o700, 0o700, 0o755,
    ]);
  });

  test.for(["", "keys\0.db"])("a path that names no file is misconfigured", (path) => {
    expect(() => sqliteKeyStore({ path })).toThrow(
      expect.objectContaining({ name: "KeyStoreError", code: "misconfigured" }),
    );
  });

  test.for([":memory:", "file:keys.db?mode=memory"])(
    "a name that means something to SQLite is a file like any other: %s",
    async (name) => {
      const folder = await temporaryFolder();
      const store = opened(`${folder}/${name}`);
      await write(store, sampleWrite("k1"));
      expect(existsSync(join(folder, name))).toBe(true);
    },
  );

  test("after closing, the file alone holds everything", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    await store.close();
    // It stays, empty: a folder that becomes read-only could not be read without it.
    expect(statSync(`${path}-wal`).size).toBe(0);
    const copy = join(await temporaryFolder(), "keys.db");
    copyFileSync(path, copy);
    expect(await opened(copy).readChain("k1")).toHaveLength(1);
  });

  test("a file that was put in place of this one is read, and written, at once", async () => {
    const { path, store } = await newStore();
    const other = await newStore();
    await write(store, sampleWrite("k1"));
    await write(other.store, sampleWrite("k2"));
    await other.store.close();
    const id = await store.storeId();
    removeDatabase(path);
    renameSync(other.path, path);
    expect(await store.readChain("k1")).toEqual([]);
    expect(await store.readChain("k2")).toHaveLength(1);
    await write(store, sampleWrite("k3"));
    expect(beside(path, (database) => database.prepare("SELECT id FROM keys").all())).toHaveLength(
      2,
    );
    expect(await store.storeId()).not.toBe(id);
  });

  test("a file that was removed is a new and empty store", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    const id = await store.storeId();
    removeDatabase(path);
    expect(await store.readChain("k1")).toEqual([]);
    expect(await store.storeId()).not.toBe(id);
    await write(store, sampleWrite("k1"));
  });

  test("whoever still has the removed file open leaves the log of the new one alone", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    removeDatabase(path);
    await write(opened(path), sampleWrite("k2"));
    await write(store, sampleWrite("k3"));
    const rows = beside(path, (database) => database.prepare("SELECT id FROM keys").all());
    expect(rows.map(({ id }) => id)).toEqual(["k2", "k3"]);
  });

  test("a folder that cannot be made is unavailable until it can", async () => {
    const folder = await temporaryFolder();
    const obstacle = join(folder, "state");
    writeFileSync(obstacle, "");
    const store = opened(join(obstacle, "keys.db"));
    expect(await faultOf(store.readChain("k1"))).toBe("unavailable");
    expect(await faultOf(store.commit({ writes: [sampleWrite("k1")] }))).toBe("unavailable");
    rmSync(obstacle);
    await write(store, sampleWrite("k1"));
  });

  test("a damaged file is corrupt until it is mended, and is left as it is", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    await store.close();
    const whole = `${path}.backup`;
    copyFileSync(path, whole);
    removeDatabase(path);
    const garbage = "no database ".repeat(1_000);
    writeFileSync(path, garbage);
    const damaged = opened(path);
    for (const call of [
      () => damaged.readChain("k1"),
      () => damaged.list({ tenant, limit: 1 }),
      () => damaged.commit({ writes: [sampleWrite("k2")] }),
      () => damaged.health(),
    ]) {
      expect(await faultOf(call())).toBe("corrupt");
    }
    expect(statSync(path).size).toBe(garbage.length);
    removeDatabase(path);
    copyFileSync(whole, path);
    expect(await damaged.readChain("k1")).toHaveLength(1);
  });

  test("a file whose pages are overwritten is corrupt", async () => {
    const { path, store } = await newStore();
    await write(store, ...times(300, (index) => sampleWrite(`k${String(index)}`)));
    await store.close();
    const pageBytes = 4_096;
    const whole = readFileSync(path);
    writeFileSync(path, whole.fill(0xa5, pageBytes));
    expect(await faultOf(opened(path).readChain("k1"))).toBe("corrupt");
  });

  test("a missing table is corrupt", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    beside(path, (database) => database.exec("DROP TABLE changes"));
    expect(await faultOf(store.changesSince(0))).toBe("corrupt");
    expect(await faultOf(store.commit({ writes: [sampleWrite("k2")] }))).toBe("corrupt");
    expect(await store.readChain("k1")).toHaveLength(1);
    expect(await store.readChain("k2")).toEqual([]);
  });
});

test("without the right to write, a store is read, and written again when it has the right", async () => {
  const folder = await temporaryFolder();
  const args = [folder];
  if (process.getuid?.() === 0) {
    const nobody = 65_534;
    chownSync(folder, nobody, nobody);
    args.push(String(nobody));
  }
  const script = fileURLToPath(new URL("read-only-store.ts", import.meta.url));
  const run = promisify(execFile)(process.execPath, [script, ...args], { timeout: 30_000 });
  expect(JSON.parse((await run).stdout)).toEqual({
    // Whoever has the file open keeps the right that he opened it with.
    openOutcomes: ["done", "done", "done"],
    mended: ["done", "done", "done"],
    openedOutcomes: ["done", "not_writable", "done"],
    openedMended: ["done", "done", "done"],
  });
});

describe("the schema", () => {
  test("a newer schema is refused and not touched, also when it comes while the store is open", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    beside(path, (database) => database.exec("PRAGMA user_version = 99"));
    expect(await faultOf(store.commit({ writes: [sampleWrite("k2")] }))).toBe("schema_newer");
    const other = opened(path);
    expect(await faultOf(other.readChain("k1"))).toBe("schema_newer");
    expect(await faultOf(other.commit({ writes: [sampleWrite("k2")] }))).toBe("schema_newer");
    const rows = beside(path, (database) => database.prepare("SELECT id FROM keys").all());
    expect(rows).toHaveLength(1);
  });

  test("a database of another program is misconfigured and not touched", async () => {
    const { path, store } = await newStore();
    beside(path, (database) => database.exec("CREATE TABLE notes (text TEXT)"));
    expect(await faultOf(store.commit({ writes: [sampleWrite("k1")] }))).toBe("misconfigured");
    const tables = beside(path, (database) =>
      database.prepare("SELECT name FROM sqlite_schema").all(),
    );
    expect(tables.map(({ name }) => name)).toEqual(["notes"]);
  });

  test("what is indexed cannot be edited apart from the text", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1", { owner: "user:eve" }));
    for (const column of ["tenant", "owner", "status", "parent"]) {
      beside(path, (database) => {
        expect(() => database.exec(`UPDATE keys SET ${column} = 'user:ada'`)).toThrow(
          /generated column/,
        );
      });
    }
  });

  test("a body that is no JSON is still read, as it is, and has no parent", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"), sampleWrite("k2", { parent: "k1" }));
    const broken = '{"id":"k2","parent":"k1"';
    beside(path, (database) =>
      database.prepare("UPDATE keys SET body = ? WHERE id = 'k2'").run(broken),
    );
    expect(await store.readChain("k2")).toMatchObject([{ id: "k2", body: broken }]);
    await write(store, bodyWrite("k3", 1, "[".repeat(100_000)));
    expect(await store.readChain("k3")).toHaveLength(1);
  });

  test("each filter has an index", async () => {
    const { path, store } = await newStore();
    await store.storeId();
    for (const filter of ["", "AND owner = ?", "AND parent = ?", "AND status = ?"]) {
      const plan = beside(path, (database) =>
        database
          .prepare(
            `EXPLAIN QUERY PLAN SELECT body FROM keys WHERE tenant = ? ${filter} AND id > ? ORDER BY id LIMIT ?`,
          )
          .all(...times(filter === "" ? 3 : 4, () => "1")),
      );
      expect(plan.map(({ detail }) => detail)).toEqual([
        expect.stringMatching(/^SEARCH keys USING INDEX keys_by_\w+ \(tenant=\? .*id>\?\)$/),
      ]);
    }
  });
});

test("a chain is one snapshot, also when another process commits between two of its keys", async () => {
  const { path, store } = await newStore();
  await write(store, sampleWrite("top"), sampleWrite("child", { parent: "top" }));
  await store.readChain("child");
  const read = vi.spyOn(StatementSync.prototype, "get");
  onTestFinished(() => read.mockRestore());
  let isCommitted = false;
  read.mockImplementation(function get(this: StatementSync, id: Record<string, SQLInputValue>) {
    read.mockRestore();
    const row = this.get(id);
    beside(path, (database) => database.exec("UPDATE keys SET version = 2"));
    isCommitted = true;
    return row;
  });
  const versions = (await store.readChain("child")).map(({ version }) => version);
  expect(isCommitted).toBe(true);
  expect(versions).toEqual([1, 1]);
  expect((await store.readChain("child")).map(({ version }) => version)).toEqual([2, 2]);
});

describe("commits at once", () => {
  test("share a transaction, and one that conflicts leaves the others whole", async () => {
    const { store } = await newStore();
    await write(store, sampleWrite("taken"));
    const exec = vi.spyOn(DatabaseSync.prototype, "exec");
    onTestFinished(() => exec.mockRestore());
    const results = await Promise.all(
      times(40, (index) =>
        store.commit({
          writes: [
            sampleWrite(`k${String(index)}`),
            ...(index % 2 === 0 ? [] : [sampleWrite("taken")]),
          ],
        }),
      ),
    );
    const transactions = exec.mock.calls.filter(([sql]) => sql === "COMMIT").length;
    expect(transactions).toBeLessThan(40);
    expect(results.map(({ kind }) => kind)).toEqual(
      times(40, (index) => (index % 2 === 0 ? "committed" : "conflict")),
    );
    expect(await store.list({ tenant, limit: 100 })).toHaveLength(21);
    const { head } = await store.changesSince(0);
    expect(head).toBe(21);
  });

  test("one that the database refuses leaves the others whole, and no value is in the message", async () => {
    const { store } = await newStore();
    const bad = bodyWrite("k-bad", 0, '{"notes":"very private"}');
    const [good, refused] = await Promise.allSettled([
      store.commit({ writes: [sampleWrite("k1")] }),
      store.commit({ writes: [{ ...bad, expects: 0 }] }),
    ]);
    expect(good).toMatchObject({ status: "fulfilled", value: { kind: "committed" } });
    expect(refused).toMatchObject({ status: "rejected", reason: { name: "KeyStoreError" } });
    const said = refused?.status === "rejected" ? (refused.reason as Error).message : "";
    expect(said).not.toMatch(/private|k-bad|INSERT/);
    expect(await store.readChain("k-bad")).toEqual([]);
  });

  test("are carried out before the store closes", async () => {
    const { path, store } = await newStore();
    const committing = Promise.all(
      times(50, (index) => store.commit({ writes: [sampleWrite(`k${String(index)}`)] })),
    );
    await store.close();
    const kinds = (await committing).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["committed"]));
    expect(await opened(path).list({ tenant, limit: 100 })).toHaveLength(50);
  });
});

describe("a lock that another program holds", () => {
  test("lets the process go on, and reading; the commit comes after it", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    const holder = new DatabaseSync(path);
    onTestFinished(() => holder.close());
    holder.exec("BEGIN IMMEDIATE");
    let isCommitted = false;
    const committing = store.commit({ writes: [sampleWrite("k2")] }).then((result) => {
      isCommitted = true;
      return result;
    });
    let longestMs = 0;
    for (const _ of times(20, String)) {
      const startMs = performance.now();
      expect(await store.readChain("k1")).toHaveLength(1);
      longestMs = Math.max(longestMs, performance.now() - startMs);
      await pause(10);
    }
    // A process that waits inside SQLite stands still for five seconds.
    expect(longestMs).toBeLessThan(4_000);
    expect(isCommitted).toBe(false);
    holder.exec("ROLLBACK");
    expect(await committing).toMatchObject({ kind: "committed" });
  });

  test("is waited for five seconds, then the store is unavailable, and works when it is gone", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    const holder = new DatabaseSync(path);
    onTestFinished(() => holder.close());
    holder.exec("BEGIN IMMEDIATE");
    const startMs = performance.now();
    expect(await faultOf(store.commit({ writes: [sampleWrite("k2")] }))).toBe("unavailable");
    expect(performance.now() - startMs).toBeGreaterThan(4_900);
    holder.exec("ROLLBACK");
    await write(store, sampleWrite("k2"));
  });
});

describe("what is remembered of changes", () => {
  test("is the newest 10,000, and every entry that is not settled", async () => {
    const { path, store } = await newStore();
    const count = 10_600;
    for (let from = 0; from < count; from += 500) {
      const writes = times(Math.min(500, count - from), (index) =>
        sampleWrite(`k${String(from + index)}`),
      );
      await write(store, ...writes);
    }
    const remembered = (): number =>
      beside(path, (database) => {
        const row = database.prepare("SELECT count(*) AS count FROM changes").get();
        return Number(row?.["count"]);
      });
    await store.settle(times(count, (index) => index + 1).filter((sequence) => sequence !== 7));
    expect(remembered()).toBe(10_001);
    expect(await store.pending(10)).toMatchObject([{ sequence: 7, keyId: "k6" }]);
    expect(await store.changesSince(599)).toEqual({ kind: "unknown", head: count });
    const all = await store.changesSince(600);
    expect(all.kind === "changes" && all.ids.length).toBe(10_000);
    await store.settle([7]);
    expect(remembered()).toBe(10_000);
    expect(await store.pending(10)).toEqual([]);
  });

  test("ends with a sequence number that is never given again", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"), sampleWrite("k2"));
    beside(path, (database) => database.exec("DELETE FROM changes"));
    expect(await store.commit({ writes: [sampleWrite("k3")] })).toEqual({
      kind: "committed",
      sequences: [3],
    });
  });
});

describe("odd values", () => {
  test("last use is compared as an instant, and an edited one counts as never", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"));
    const lastUse = async (): Promise<string | undefined> =>
      (await store.readChain("k1"))[0]?.lastUsedAt;
    await store.touch([{ id: "k1", at: "2026-03-01T10:00:00.500Z" }]);
    await store.touch([{ id: "k1", at: "2026-03-01T10:00:00Z" }]);
    await store.touch([{ id: "k1", at: "no time" }]);
    expect(await lastUse()).toBe("2026-03-01T10:00:00.500Z");
    beside(path, (database) => database.exec("UPDATE keys SET last_used_at = 'zzz'"));
    await store.touch([{ id: "k1", at: "2026-01-01T00:00:00.000Z" }]);
    expect(await lastUse()).toBe("2026-01-01T00:00:00.000Z");
  });

  test("a version that no number holds is corrupt, and other keys are read", async () => {
    const { path, store } = await newStore();
    await write(store, sampleWrite("k1"), sampleWrite("k2"));
    beside(path, (database) =>
      database.exec(
        "PRAGMA ignore_check_constraints = ON; UPDATE keys SET version = 9223372036854775807 WHERE id = 'k1'",
      ),
    );
    expect(await faultOf(store.readChain("k1"))).toBe("corrupt");
    expect(await store.readChain("k2")).toHaveLength(1);
  });
});
