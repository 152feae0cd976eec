// Kills a server again and again while a client commits to it, and holds what is left against what the
// client was told.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, vi } from "vitest";
import { tenant, times } from "../../src/store/conformance/sample-key.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { lifeOfPair } from "./life-of-a-pair.ts";

/** A server that can be killed and started again on its data. */
interface KillableServer {
  readonly url: string;
  kill9(): Promise<void>;
  restart(): Promise<void>;
}

const client = fileURLToPath(new URL("committing-client.ts", import.meta.url));

/** Kills a server so many times under load; what was acknowledged is told as a committing client does. */
export async function acknowledgedUnderKills(
  server: KillableServer,
  kills: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [client, server.url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const acknowledged: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => acknowledged.push(line));
  const ended = once(child, "close");
  for (const round of times(kills, (number) => number)) {
    const before = acknowledged.length;
    await vi.waitFor(() => {
      expect(child.exitCode).toBeNull();
      expect(acknowledged.length).toBeGreaterThan(before + 20);
    }, 60_000);
    await pause((round * 7) % 40);
    await server.kill9();
    await server.restart();
  }
  child.stdin.end();
  assert.deepEqual(await ended, [0, null]);
  await server.kill9();
  await server.restart();
  return acknowledged;
}

/**
 * Holds a store in which no entry was settled against what was acknowledged: each of those commits is
 * there, and every other one is whole or absent.
 * @returns how many pairs of keys there are.
 */
export async function countWholePairs(
  store: KeyStore,
  acknowledged: readonly string[],
): Promise<number> {
  const entries = await store.pending(1_000_000);
  const sequences = entries.map(({ sequence }) => sequence);
  // One after the other, from the first: no number was given twice or is missing.
  assert.deepEqual(
    sequences,
    times(entries.length, (index) => index + 1),
  );
  for (const line of acknowledged) {
    const [name = "", version, numbers = ""] = line.split(" ");
    const writes = lifeOfPair(name)[Number(version) - 1]?.writes ?? [];
    const found = numbers.split(",").map((number) => entries[Number(number) - 1]);
    assert.deepEqual(
      found.map((one) => [one?.keyId, one?.entry]),
      writes.map(({ key, entry }) => [key.id, entry]),
      line,
    );
  }
  const pairs = Map.groupBy(entries, ({ keyId }) => keyId.split("-")[0] ?? "");
  for (const [name, { length }] of pairs) {
    const commits = lifeOfPair(name);
    const latest = commits[length / 2 - 1];
    assert(latest !== undefined, name);
    for (const { key } of latest.writes) {
      assert.deepEqual(await store.readChain(key.id), [key]);
    }
    const { idempotency } = commits[0]!;
    assert.deepEqual(
      await store.findIdempotency(tenant, idempotency?.digest ?? ""),
      idempotency,
      name,
    );
  }
  const ids = new Set(entries.map(({ keyId }) => keyId));
  assert.deepEqual(await listedIds(store), ids);
  const { head } = await store.changesSince(entries.length);
  assert.equal(head, entries.length);
  const recent = await store.changesSince(Math.max(0, head - 1_000));
  assert.equal(recent.kind, "changes");
  const changed = new Set(entries.slice(-1_000).map(({ keyId }) => keyId));
  assert.deepEqual(new Set(recent.kind === "changes" ? recent.ids : []), changed);
  return pairs.size;
}

async function listedIds(store: KeyStore): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let after = ""; ;) {
    const page = await store.list({ tenant, limit: 1_000, after });
    for (const { id } of page) ids.add(id);
    after = page.at(-1)?.id ?? "";
    if (page.length < 1_000) return ids;
  }
}
