import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ensureInstalled, findProgram } from "../../../../tools/servers/install-package.ts";
import { type PostgresServer, startPostgres } from "../../../../tools/servers/postgres.ts";
import { times } from "../../src/store/conformance/sample-key.ts";
import { postgresKeyStore } from "../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { sql } from "./drivers/postgres-database.ts";
import { lifeOfPair } from "./drivers/postgres/life-of-a-pair.ts";

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

function endedAfterTest(child: ChildProcess): ChildProcess {
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** The system calls of all processes of a server during `work`, in the order in which they ended. */
async function traceOf(server: PostgresServer, work: () => Promise<void>): Promise<string[]> {
  await ensureInstalled("strace", "strace");
  const file = join(server.folder, "trace");
  const pids = server.processes();
  const calls = "trace=pwrite64,write,sendto,fsync,fdatasync";
  const args = ["-f", "-y", "-s", "200", "-e", calls, "-e", "signal=none", "-o", file];
  const strace = endedAfterTest(
    spawn(
      findProgram("strace") ?? "strace",
      [...args, ...pids.flatMap((pid) => ["-p", `${pid}`])],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    ),
  );
  const ended = once(strace, "exit");
  let said = "";
  strace.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(
    () => expect(said.split("attached").length).toBeGreaterThan(pids.length),
    10_000,
  );
  await work();
  strace.kill("SIGINT");
  await ended;
  return wholeCalls(await readFile(file, "utf8"));
}

/** A call during which another process made one is told in two halves. */
function wholeCalls(trace: string): string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of trace.split("\n")) {
    const [, pid = "", said = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [, start] = /^(.*)<unfinished \.\.\.>$/.exec(said) ?? [];
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(said) ?? [];
    if (start === undefined) calls.push(rest === undefined ? said : (begun.get(pid) ?? "") + rest);
    else begun.set(pid, start);
  }
  return calls;
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
      const calls = await traceOf(server, () => commitAll(store));
      expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 0 });
    },
  );

  test("finds it not synced where lost writes are accepted", async () => {
    const server = await ownServer({ fsync: "off" });
    const store = openedStore(server, true);
    await store.storeId();
    const calls = await traceOf(server, () => commitAll(store));
    expect(acknowledgementsIn(calls)).toEqual({ all: 15, tooEarly: 15 });
  });
});

test("every acknowledged commit is whole after the server was killed 15 times under load", async () => {
  const server = await ownServer();
  const program = fileURLToPath(new URL("drivers/postgres/committing-client.ts", import.meta.url));
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
    }, 30_000);
    await pause((round * 7) % 40);
    await server.kill9();
    await server.restart();
  }
  client.stdin.end();
  expect(await ended).toEqual([0, null]);
  await server.kill9();
  await server.restart();

  const changes = await sql(
    server.url,
    "select sequence::int, key_id, entry from scopeward.changes order by sequence",
  );
  // One after the other, from the first: no number was given twice or is missing.
  expect(changes.map(({ sequence }) => sequence)).toEqual(times(changes.length, (it) => it + 1));
  for (const line of acknowledged) {
    const [name = "", version, sequences = ""] = line.split(" ");
    const writes = lifeOfPair(name)[Number(version) - 1]?.writes ?? [];
    const found = sequences.split(",").map((sequence) => changes[Number(sequence) - 1]);
    expect(found, line).toMatchObject(writes.map(({ key, entry }) => ({ key_id: key.id, entry })));
  }
  // A commit that was not acknowledged is whole as well, or absent.
  const store = openedStore(server);
  const lives = Map.groupBy(changes, ({ key_id: id }) => String(id).split("-")[0] ?? "");
  for (const [name, { length }] of lives) {
    const commits = lifeOfPair(name);
    const latest = commits[length / 2 - 1];
    expect(latest, name).toBeDefined();
    for (const { key } of latest?.writes ?? []) {
      expect(await store.readChain(key.id), key.id).toEqual([key]);
    }
    const { tenant, digest } = commits[0]?.idempotency ?? { tenant: "", digest: "" };
    expect(await store.findIdempotency(tenant, digest)).toEqual(commits[0]?.idempotency);
  }
  const [keys] = await sql(server.url, "select count(*)::int as count from scopeward.keys");
  expect(keys).toEqual({ count: lives.size * 2 });
});
