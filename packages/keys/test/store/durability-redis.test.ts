import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ensureInstalled, findProgram } from "../../../../tools/servers/install-package.ts";
import {
  type RedisServer,
  type RedisSettings,
  startRedis,
} from "../../../../tools/servers/redis.ts";
import { tenant, times } from "../../src/store/conformance/sample-key.ts";
import type { Commit, KeyStore, PendingEntry } from "../../src/store/key-store.ts";
import { lifeOf } from "./drivers/redis/life-of-a-key.ts";
import { openedStore } from "./drivers/redis/redis-store.ts";

async function ownServer(settings?: RedisSettings): Promise<RedisServer> {
  const server = await startRedis(settings);
  onTestFinished(() => server.stop());
  return server;
}

function endedAfterTest(child: ChildProcess): ChildProcess {
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** The system calls of a server's main thread, which writes its file and its answers, during `work`. */
async function traceOf(server: RedisServer, work: () => Promise<void>): Promise<string[]> {
  await ensureInstalled("strace", "strace");
  const file = join(server.folder, "trace");
  const calls = "trace=write,writev,sendto,fsync,fdatasync";
  const args = ["-y", "-s", "200", "-e", calls, "-o", file, "-p", String(server.pid())];
  const strace = endedAfterTest(
    spawn(findProgram("strace") ?? "strace", args, { stdio: ["ignore", "ignore", "pipe"] }),
  );
  const ended = once(strace, "exit");
  let said = "";
  strace.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(() => expect(said).toContain("attached"), 10_000);
  await work();
  strace.kill("SIGINT");
  await ended;
  return (await readFile(file, "utf8")).split("\n");
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
  const lives = times(5, (number) => lifeOf(`k${String(number)}`));

  test("finds the file synced between the write of a commit and its answer", async () => {
    const server = await ownServer();
    const store = openedStore(server);
    await store.storeId();
    const calls = await traceOf(server, () => commitAll(store, lives.flat()));
    expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 0 });
  });

  test("finds it not synced where lost writes are accepted", async () => {
    const server = await ownServer({ appendfsync: "no" });
    const store = openedStore(server, { acceptLostWrites: true });
    await store.storeId();
    const calls = await traceOf(server, () => commitAll(store, lives.flat()));
    expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 15 });
  });
});

/** Every pending entry, by its key. */
async function entriesOf(store: KeyStore): Promise<Map<string, PendingEntry[]>> {
  const entries = await store.pending(1_000_000);
  return Map.groupBy(entries, ({ keyId }) => keyId);
}

test("every acknowledged commit is whole after the server was killed 15 times under load", async () => {
  const server = await ownServer();
  const program = fileURLToPath(new URL("drivers/redis/committing-client.ts", import.meta.url));
  const client = endedAfterTest(
    spawn(process.execPath, [program, server.url], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  if (client.stdin === null || client.stdout === null) throw new Error("two pipes");
  const acknowledged: string[] = [];
  createInterface({ input: client.stdout }).on("line", (line) => acknowledged.push(line));
  const ended = once(client, "close");

  for (const round of times(15, (number) => number)) {
    const before = acknowledged.length;
    await vi.waitFor(() => {
      expect(client.exitCode).toBeNull();
      expect(acknowledged.length).toBeGreaterThan(before + 20);
    }, 20_000);
    await pause((round * 7) % 40);
    await server.kill9();
    await server.restart();
  }
  client.stdin.end();
  expect(await ended).toEqual([0, null]);
  await server.kill9();
  await server.restart();

  const store = openedStore(server);
  const entries = await entriesOf(store);
  const { head } = await store.changesSince(0);
  const changed = await store.changesSince(Math.max(0, head - 1_000));
  expect(changed.kind).toBe("changes");
  const known = new Set(changed.kind === "changes" ? changed.ids : []);
  for (const line of acknowledged) {
    const [id = "", version, sequence] = line.split(" ");
    const write = lifeOf(id)[Number(version) - 1]?.writes[0];
    const entry = entries.get(id)?.[Number(version) - 1];
    expect(entry, line).toMatchObject({ sequence: Number(sequence), entry: write?.entry });
    expect(Number(sequence) <= head - 1_000 || known.has(id), line).toBe(true);
  }
  // A commit that was not acknowledged is whole as well, or absent.
  for (const [id, { length: version }] of entries) {
    const commits = lifeOf(id);
    expect(await store.readChain(id), id).toEqual([commits[version - 1]?.writes[0]?.key]);
    expect(await store.findIdempotency(tenant, `digest-${id}`)).toEqual(commits[0]?.idempotency);
  }
  const listed = await listedIds(store);
  expect(listed).toEqual(new Set(entries.keys()));
  expect(head).toBe([...entries.values()].flat().length);
});

async function listedIds(store: KeyStore): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after = ""; ;) {
    const page = await store.list({ tenant, limit: 1_000, after });
    for (const { id } of page) ids.add(id);
    after = page.at(-1)?.id ?? "";
    if (page.length < 1_000) return ids;
  }
}
