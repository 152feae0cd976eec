import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { environmentSecrets, openKeys, openKeyStore } from "@scopeward/keys";
import type { Issued, Keys } from "@scopeward/keys";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../../../../tools/servers/postgres.ts";
import { startRedis } from "../../../../tools/servers/redis.ts";
import { memoryAuditLog } from "../memory-audit-log.ts";
import { referenceCatalogue } from "../reference-catalogue.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startNode } from "./cluster.ts";
import type { ClusterNode } from "./cluster.ts";
import type { NodeLine } from "./node-line.ts";

// Invariant (a): a revocation reaches every node. Each test counts the verifications that started after
// `effectiveBy` and ended well; there must be none, whatever happens to the node in the meantime.

const pepper = `p1:${randomBytes(32).toString("base64")}`;

/** Keys on a store, as the node that revokes has them. */
function openAuthority(url: string): Keys {
  const keys = openKeys({
    store: openKeyStore(url),
    secrets: environmentSecrets({ environment: { SCOPEWARD_PEPPER: pepper } }),
    audit: memoryAuditLog(),
    catalogue: () => referenceCatalogue,
  });
  onTestFinished(async () => await keys.close());
  return keys;
}

async function issue(keys: Keys): Promise<Issued> {
  const issued = await keys.issue({
    owner: "user:ada",
    audience: "internal",
    scopes: ["notes:read"],
  });
  if (issued.kind !== "issued") throw new Error(JSON.stringify(issued));
  return issued;
}

/** Starts nodes that accept the key. */
async function startNodes(url: string, issued: Issued, count: number): Promise<ClusterNode[]> {
  const nodes = Array.from({ length: count }, () => startNode(url, pepper));
  await Promise.all(
    nodes.map(async (node) => {
      const accepted = node.next(({ code }) => code === "verified", 30_000);
      node.tell({ token: issued.token.reveal() });
      await accepted;
    }),
  );
  return nodes;
}

async function revoke(keys: Keys, { key }: Issued): Promise<number> {
  const ended = await keys.revoke(key.id);
  if (ended.kind !== "ended") throw new Error(JSON.stringify(ended));
  return Date.parse(ended.effectiveBy);
}

/** Resolves once each node has refused the key in a verification that started after a point in time. */
async function allRefuseAfter(nodes: readonly ClusterNode[], pointMs: number): Promise<void> {
  const isRefusal = ({ code, startedMs }: NodeLine): boolean =>
    code === "key:revoked" && startedMs > pointMs;
  await Promise.all(nodes.map(async (node) => await node.next(isRefusal, 30_000)));
}

async function pass(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function passUntil(pointMs: number): Promise<void> {
  await pass(Math.max(0, pointMs - Date.now()));
}

/** The verifications of nodes that started after a point in time and ended well. */
function acceptedAfter(nodes: readonly ClusterNode[], pointMs: number): readonly NodeLine[] {
  return nodes.flatMap(({ lines }) =>
    lines.filter(({ code, startedMs }) => code === "verified" && startedMs > pointMs),
  );
}

const servers = { postgres: "", redis: "" };
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const postgres = await startPostgres();
  stops.push(async () => await postgres.stop());
  const redis = await startRedis();
  stops.push(async () => await redis.stop());
  servers.postgres = postgres.url;
  servers.redis = redis.url;
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

describe.each(["postgres", "redis"] as const)("nodes on %s", (server) => {
  test("refuse a revoked key while three of them verify under load", async () => {
    const keys = openAuthority(servers[server]);
    const issued = await issue(keys);
    const nodes = await startNodes(servers[server], issued, 3);
    const effectiveBy = await revoke(keys, issued);
    await allRefuseAfter(nodes, effectiveBy);
    expect(acceptedAfter(nodes, effectiveBy)).toEqual([]);
  });

  test("refuse it when the hints do not reach them", async () => {
    const keys = openAuthority(servers[server]);
    const issued = await issue(keys);
    const nodes = await startNodes(servers[server], issued, 2);
    for (const node of nodes) node.tell({ hintsAreCut: true });
    await pass(200);
    const effectiveBy = await revoke(keys, issued);
    await allRefuseAfter(nodes, effectiveBy);
    expect(acceptedAfter(nodes, effectiveBy)).toEqual([]);
  });

  test("refuse it when an answer of before the revocation comes late", async () => {
    const keys = openAuthority(servers[server]);
    const issued = await issue(keys);
    const other = await issue(keys);
    // A node that has nothing cached of the key, and reads it slowly.
    const [node] = await startNodes(servers[server], other, 1);
    node!.tell({ readDelayMs: 6_500, token: issued.token.reveal() });
    await pass(700);
    const effectiveBy = await revoke(keys, issued);
    await passUntil(effectiveBy + 3_000);
    const since = node!.lines.filter(({ endedMs }) => endedMs > effectiveBy);
    expect(since.map(({ code }) => code)).not.toContain("verified");
    expect(since.length).toBeGreaterThan(0);
  });

  test("are stale at their first verification after they stood still", async () => {
    const keys = openAuthority(servers[server]);
    const issued = await issue(keys);
    const nodes = await startNodes(servers[server], issued, 2);
    for (const node of nodes) node.pause();
    await pass(500);
    const effectiveBy = await revoke(keys, issued);
    await passUntil(effectiveBy + 1_500);
    const resumedMs = Date.now();
    const firsts = nodes.map(
      async (node) => await node.next(({ startedMs }) => startedMs >= resumedMs, 30_000),
    );
    for (const node of nodes) node.resume();
    for (const first of await Promise.all(firsts)) expect(first.code).toBe("key:stale");
    await allRefuseAfter(nodes, effectiveBy);
    expect(acceptedAfter(nodes, effectiveBy)).toEqual([]);
  });

  test("refuse it whatever their wall clock does", async () => {
    const keys = openAuthority(servers[server]);
    const issued = await issue(keys);
    const nodes = await startNodes(servers[server], issued, 2);
    const effectiveBy = await revoke(keys, issued);
    nodes[0]!.tell({ clockOffsetMs: -3_600_000 });
    nodes[1]!.tell({ clockOffsetMs: 3_600_000 });
    await allRefuseAfter(nodes, effectiveBy);
    expect(acceptedAfter(nodes, effectiveBy)).toEqual([]);
  });

  test("do not revive an expired key when their clock steps back", async () => {
    const keys = openAuthority(servers[server]);
    const issued = await keys.issue({
      owner: "user:ada",
      audience: "internal",
      scopes: ["notes:read"],
      expires: new Date(Date.now() + 3_000).toISOString(),
    });
    if (issued.kind !== "issued") throw new Error(JSON.stringify(issued));
    const nodes = await startNodes(servers[server], issued, 2);
    await Promise.all(
      nodes.map(async (node) => await node.next(({ code }) => code === "key:expired", 30_000)),
    );
    const expiredMs = Date.now();
    for (const node of nodes) node.tell({ clockOffsetMs: -3_600_000 });
    await pass(1_500);
    expect(acceptedAfter(nodes, expiredMs)).toEqual([]);
  });
});

describe("processes on one SQLite file", () => {
  test("refuse a revoked key at their next verification, under load", async () => {
    const url = `sqlite:${join(await temporaryFolder(), "keys.db")}`;
    const keys = openAuthority(url);
    const issued = await issue(keys);
    const nodes = await startNodes(url, issued, 3);
    const effectiveBy = await revoke(keys, issued);
    await pass(1_000);
    await allRefuseAfter(nodes, effectiveBy);
    expect(acceptedAfter(nodes, effectiveBy)).toEqual([]);
  });

  test("refuse it while a list is half read", async () => {
    const url = `sqlite:${join(await temporaryFolder(), "keys.db")}`;
    const authority = openAuthority(url);
    const issued = await issue(authority);
    for (let index = 0; index < 5; index++) await issue(authority);
    const store = openKeyStore(url);
    onTestFinished(async () => await store.close());
    const reader = openKeys({
      store,
      secrets: environmentSecrets({ environment: { SCOPEWARD_PEPPER: pepper } }),
      audit: memoryAuditLog(),
    });
    const [first] = await store.list({ tenant: "default", limit: 1 });
    expect((await reader.verify(issued.token)).outcome).toBe("verified");
    await revoke(authority, issued);
    expect(await reader.verify(issued.token)).toMatchObject({ code: "key:revoked" });
    expect(await store.list({ tenant: "default", limit: 10, after: first!.id })).toHaveLength(5);
    expect(await reader.verify(issued.token)).toMatchObject({ code: "key:revoked" });
  });
});
