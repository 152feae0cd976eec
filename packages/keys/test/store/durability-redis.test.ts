import { describe, expect, onTestFinished, test } from "vitest";
import {
  type RedisServer,
  type RedisSettings,
  startRedis,
} from "../../../../tools/servers/redis.ts";
import { times } from "../../src/store/conformance/sample-key.ts";
import type { Commit, KeyStore } from "../../src/store/key-store.ts";
import { openedStore } from "./drivers/redis/redis-store.ts";
import { acknowledgedUnderKills, countWholePairs } from "./killed-server.ts";
import { lifeOfPair } from "./life-of-a-pair.ts";
import { callsDuring } from "./system-calls.ts";

async function ownServer(settings?: RedisSettings): Promise<RedisServer> {
  const server = await startRedis(settings);
  onTestFinished(() => server.stop());
  return server;
}

/** How many commits were acknowledged, and how many of those before they were on the disk. */
function acknowledgementsIn(calls: readonly string[]): { all: number; tooEarly: number } {
  let [all, tooEarly] = [0, 0];
  let [isWritten, isSynced] = [false, false];
  for (const call of calls) {
    if (/^write\(\d+<[^>]*\.aof>/.test(call)) [isWritten, isSynced] = [true, false];
    else if (/^f(?:data)?sync\(\d+<[^>]*\.aof>\) += 0/.test(call)) isSynced = true;
    else if (/^(?:write|writev|sendto)\(\d+<(?:socket|TCP):.*committed/.test(call)) {
      all += 1;
      if (!isWritten || !isSynced) tooEarly += 1;
    }
  }
  return { all, tooEarly };
}

async function commitAll(store: KeyStore, commits: readonly Commit[]): Promise<void> {
  for (const commit of commits)
    expect(await store.commit(commit)).toMatchObject({ kind: "committed" });
}

describe("a system-call trace of the server", () => {
  const lives = times(5, (number) => lifeOfPair(`k${String(number)}`));

  test("finds the file synced between the write of a commit and its answer", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await store.storeId();
    const calls = await callsDuring([server.pid()], () => commitAll(store, lives.flat()));
    expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 0 });
  });

  test("finds it not synced where lost writes are accepted", async () => {
    const server = await ownServer({ appendfsync: "no" });
    const store = openedStore(server, { acceptLostWrites: true });
    await store.storeId();
    const calls = await callsDuring([server.pid()], () => commitAll(store, lives.flat()));
    expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 15 });
  });
});

test("every acknowledged commit is whole after the server was killed 15 times under load", async () => {
  const server = await ownServer();
  const acknowledged = await acknowledgedUnderKills(server, 15);
  expect(await countWholePairs(openedStore(server), acknowledged)).toBeGreaterThan(15);
});
