import { join } from "node:path";
import { expect, test } from "vitest";
import { sqliteKeyStore } from "../../src/store/drivers/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ChangeHistory } from "./change-history.ts";
import { compiledWriter, killedWriter } from "./killed-writer.ts";
import { syncOrder, traced } from "./system-calls.ts";

const changeWriter = new URL("change-writer.ts", import.meta.url);
const faultWriter = new URL("fault-writer.ts", import.meta.url);

const databases = 4;
const rounds = 25;
const writers = 2;

const momentMs = (): number => 20 + Math.random() * 100;

test(`each acknowledged change is whole after each of ${databases * rounds * writers} kills`, async () => {
  const env = await compiledWriter(await temporaryFolder());
  const kills = await Promise.all(
    Array.from({ length: databases }, async () => {
      const path = join(await temporaryFolder(), "keys.db");
      const history = new ChangeHistory(path);
      let killed = 0;
      for (let round = 0; round < rounds; round += 1) {
        // Two at once: one goes on while the other leaves its locks and its half of the log.
        const acknowledged = await Promise.all(
          Array.from({ length: writers }, (_, writer) =>
            killedWriter(path, `w${round}-${writer}`, momentMs(), env),
          ),
        );
        killed += acknowledged.length;
        expect(history.check(acknowledged.flat())).toBeGreaterThan(0);
      }
      expect(history.checkWhole()).toBeGreaterThan(0);
      return killed;
    }),
  );
  expect(kills).toEqual(Array.from({ length: databases }, () => rounds * writers));
});

test("several processes make and migrate one store at once", async () => {
  const path = join(await temporaryFolder(), "state", "keys.db");
  const names = ["w0", "w1", "w2", "w3"];
  const acknowledged = await Promise.all(names.map((name) => killedWriter(path, name, 50)));
  const history = new ChangeHistory(path);
  expect(history.check(acknowledged.flat())).toBeGreaterThanOrEqual(names.length);
  expect(history.checkWhole()).toBeGreaterThan(0);
});

test("the log is synced between the write of a change and its acknowledgement", async () => {
  const path = join(await temporaryFolder(), "state", "keys.db");
  const changes = 8;
  const { calls, lines } = await traced(changeWriter, [path, "w0", "1", String(changes)]);
  expect(lines).toHaveLength(changes);
  expect(syncOrder(calls, `${path}-wal`)).toEqual({
    acknowledgements: changes,
    unwritten: 0,
    unsynced: 0,
  });
  // The name of a file is durable when its folder is synced.
  const first = calls.findIndex(({ descriptor }) => descriptor === 1);
  const synced = calls.slice(0, first).filter(({ name }) => name.endsWith("sync"));
  const files = new Set(synced.map(({ file }) => file));
  expect(files).toContain(join(path, ".."));
  expect(files).toContain(join(path, "..", ".."));
});

test("the check of the trace finds a writer that does not sync", async () => {
  const path = join(await temporaryFolder(), "keys.db");
  const script = new URL("unsynced-writer.ts", import.meta.url);
  const { calls } = await traced(script, [path, "4"]);
  expect(syncOrder(calls, `${path}-wal`)).toEqual({
    acknowledgements: 4,
    unwritten: 0,
    unsynced: 4,
  });
});

async function emptyStore(): Promise<string> {
  const path = join(await temporaryFolder(), "keys.db");
  const store = sqliteKeyStore({ path });
  await store.storeId();
  await store.close();
  return path;
}

/** The keys that a fault writer said were done must be there; no other need be. */
async function missingKeys(path: string, lines: readonly string[]): Promise<string[]> {
  const store = sqliteKeyStore({ path });
  const done = lines
    .filter((line) => / done \w+$/.test(line))
    .map((line) => line.split(" ")[0] ?? "");
  const missing: string[] = [];
  for (const id of done) if ((await store.readChain(id)).length === 0) missing.push(id);
  await store.close();
  return missing;
}

test("a full disk is not writable, is read, and is written again when it has room", async () => {
  const path = await emptyStore();
  const faults = ["-P", `${path}-wal`, "-e", "inject=pwrite64:error=ENOSPC:when=40..41"];
  const { lines } = await traced(faultWriter, [path, "8"], faults);
  const outcomes = lines.map((line) => line.replace(/^k\d+ /, ""));
  expect(outcomes.filter((outcome) => outcome === "not_writable done")).not.toEqual([]);
  expect(outcomes.filter((outcome) => outcome === "done done").length).toBeGreaterThan(4);
  expect(outcomes[0]).toBe("done done");
  expect(outcomes.at(-1)).toBe("done done");
  expect(new Set(outcomes)).toEqual(new Set(["done done", "not_writable done"]));
  expect(await missingKeys(path, lines)).toEqual([]);
});

test("after a sync that failed, the log is moved into the database before it is trusted again", async () => {
  const path = await emptyStore();
  const faults = ["-e", "inject=fsync,fdatasync:error=EIO:when=4"];
  const { calls, lines } = await traced(faultWriter, [path, "6"], faults);
  const outcomes = lines.map((line) => line.replace(/^k\d+ /, ""));
  expect(outcomes.filter((outcome) => outcome === "not_writable done")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "done done")).toHaveLength(5);
  const failed = calls.findIndex(({ name, result }) => name.endsWith("sync") && result < 0);
  const later = calls.slice(failed + 1);
  // The first is the failure told, the second the next key that is acknowledged.
  const told = later.findIndex(({ descriptor }) => descriptor === 1);
  const next = later.findIndex(({ descriptor }, index) => descriptor === 1 && index > told);
  const between = later.slice(told, next);
  expect(between.some(({ name, file }) => name.endsWith("sync") && file === path)).toBe(true);
  expect(await missingKeys(path, lines)).toEqual([]);
});
