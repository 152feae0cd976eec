import { describe, expect, onTestFinished, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tools/servers/postgres.ts";
import { times } from "../../src/store/conformance/sample-key.ts";
import { postgresKeyStore } from "../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { acknowledgedUnderKills, countWholePairs } from "./killed-server.ts";
import { lifeOfPair } from "./life-of-a-pair.ts";
import { callsDuring } from "./system-calls.ts";

async function ownServer(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ settings });
  onTestFinished(() => server.stop());
  return server;
}

function openedStore(server: PostgresServer, acceptLostWrites = false): KeyStore {
  const store = postgresKeyStore({ url: server.url, acceptLostWrites });
  onTestFinished(() => store.close());
  return store;
}

/** How many commits were acknowledged, and how many of those before the log was on the disk. */
function acknowledgementsIn(calls: readonly string[]): { all: number; tooEarly: number } {
  let [all, tooEarly] = [0, 0];
  let [isWritten, isSynced] = [false, false];
  for (const call of calls) {
    if (/^p?write(?:64)?\(\d+<[^>]*\/pg_wal\//.test(call)) isWritten = true;
    else if (/^f(?:data)?sync\(\d+<[^>]*\/pg_wal\/.* = 0$/.test(call)) isSynced = isWritten;
    else if (/^sendto\(\d+<.*committed/.test(call)) {
      all += 1;
      if (!isSynced) tooEarly += 1;
      [isWritten, isSynced] = [false, false];
    }
  }
  return { all, tooEarly };
}

async function commitAll(store: KeyStore): Promise<void> {
  for (const commit of times(5, (number) => lifeOfPair(`k${String(number)}`)).flat()) {
    expect(await store.commit(commit)).toMatchObject({ kind: "committed" });
  }
}

describe("a system-call trace of the server", () => {
  test.for([{ synchronous_commit: "on" }, { synchronous_commit: "off" }])(
    "finds the log synced between the write of a commit and its answer (%o)",
    async (settings) => {
      const server = await ownServer(settings);
      const store = openedStore(server);
      await store.storeId();
      const calls = await callsDuring(server.processes(), () => commitAll(store));
      expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 0 });
    },
  );

  test("finds it not synced where lost writes are accepted", async () => {
    const server = await ownServer({ fsync: "off" });
    const store = openedStore(server, true);
    await store.storeId();
    const calls = await callsDuring(server.processes(), () => commitAll(store));
    expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 15 });
  });
});

test("every acknowledged commit is whole after the server was killed 15 times under load", async () => {
  const server = await ownServer();
  const acknowledged = await acknowledgedUnderKills(server, 15);
  expect(await countWholePairs(openedStore(server), acknowledged)).toBeGreaterThan(15);
});
