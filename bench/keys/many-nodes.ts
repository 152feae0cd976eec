import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openKeyStore } from "@scopeward/keys";
import type { Keys } from "@scopeward/keys";
import { Client } from "pg";
import type { NodeCommand, NodeLine } from "../../packages/keys/test/nodes/node-line.ts";
import { startPostgres } from "../../tools/servers/postgres.ts";
import type { Measurement, Row } from "../row.ts";
import { keysOn, pepper, populate, withFolder } from "./key-population.ts";
import { percentile, timeEach } from "./percentile.ts";

const program = fileURLToPath(new URL("../../packages/keys/test/nodes/node.ts", import.meta.url));

/** Keys in PostgreSQL, on several nodes of this machine. */
export const manyNodes: Measurement = { name: "many-nodes", measure };

async function measure(): Promise<readonly Row[]> {
  const postgres = await startPostgres();
  try {
    return await withFolder(async (folder) => {
      const keys = keysOn(openKeyStore(postgres.url), folder);
      const tokens = await populate(openKeyStore(postgres.url), 10_000, 5_000);
      const rows = [
        await cached(keys, tokens),
        ...(await uncached(keys, tokens, postgres.url)),
        await revoking(keys, postgres.url, 200, false),
        await revoking(keys, postgres.url, 30, true),
      ];
      await keys.close();
      return rows;
    });
  } finally {
    await postgres.stop();
  }
}

async function cached(keys: Keys, tokens: readonly string[]): Promise<Row> {
  const some = tokens.slice(0, 1_000);
  for (const token of some) await keys.verify(token);
  const figures = await timeEach(50_000, async (index) => {
    assert.equal((await keys.verify(some[index % some.length])).outcome, "verified");
  });
  const p50 = percentile(figures, 0.5);
  return {
    what: "`verify` with PostgreSQL, cached and fresh, p50",
    goal: "<= 15 us",
    figure: `${p50.toFixed(1)} us`,
    met: p50 <= 15,
    how: "1,000 keys in turn",
  };
}

/**
 * By turns, both find processor and server as the other left them, as in a program that does more
 * than asking. Apart, each has them warm for itself; in turns of many, so that whatever else the
 * machine does is in both.
 */
async function uncached(keys: Keys, tokens: readonly string[], url: string): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  const query = { name: "bare", text: "select body, seal from scopeward.keys where id = $1" };
  const bare = async (index: number): Promise<void> => {
    const token = tokens[(index * 13) % tokens.length]!;
    await client.query({ ...query, values: [token.split("_")[2]] });
  };
  const strong = async (index: number): Promise<void> => {
    const token = tokens[(index * 13) % tokens.length]!;
    const verification = await keys.verify(token, { consistency: "strong" });
    assert.equal(verification.outcome, "verified");
  };
  const both = await timeEach(20_000, (index) => (index % 2 === 0 ? bare(index) : strong(index)));
  const apart: { bare: number[]; strong: number[] } = { bare: [], strong: [] };
  for (let round = 0; round < 10; round++) {
    apart.bare.push(...(await timeEach(500, (index) => bare(index + round))));
    apart.strong.push(...(await timeEach(500, (index) => strong(index + round))));
  }
  await client.end();
  const byTurns = {
    bare: both.filter((_, index) => index % 2 === 0),
    strong: both.filter((_, index) => index % 2 === 1),
  };
  return [uncachedRow("by turns", byTurns), uncachedRow("apart", apart)];
}

function uncachedRow(
  how: string,
  figures: { readonly bare: readonly number[]; readonly strong: readonly number[] },
): Row {
  const [ours, theirs] = [percentile(figures.strong, 0.5), percentile(figures.bare, 0.5)];
  return {
    what: `\`verify\` with PostgreSQL, uncached, over the bare query, ${how}`,
    goal: "<= 1.3x",
    figure: `${(ours / theirs).toFixed(2)}x`,
    met: ours / theirs <= 1.3,
    how: `p50 ${ours.toFixed(0)} us over ${theirs.toFixed(0)} us, a prepared select by id`,
  };
}

/** Milliseconds from the answer of `revoke` to the first refusal in another process. */
async function revoking(keys: Keys, url: string, count: number, cut: boolean): Promise<Row> {
  const child = spawn(process.execPath, [program, url, "0"], {
    env: { ...process.env, SCOPEWARD_PEPPER: pepper },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tell = (command: NodeCommand): void =>
    void child.stdin.write(`${JSON.stringify(command)}\n`);
  const until = async (code: string): Promise<NodeLine> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the node is gone");
      const line = JSON.parse(value) as NodeLine;
      if (line.code === code) return line;
    }
  };
  tell({ hintsAreCut: cut });
  const figures: number[] = [];
  let late = 0;
  for (let index = 0; index < count; index++) {
    const issued = await keys.issue({
      owner: "user:ada",
      audience: "internal",
      scopes: ["notes:read"],
    });
    assert(issued.kind === "issued");
    tell({ token: issued.token.reveal() });
    await until("verified");
    // Anywhere between two polls.
    if (cut) await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
    const ended = await keys.revoke(issued.key.id);
    const revokedMs = Date.now();
    assert(ended.kind === "ended");
    const refused = await until("key:revoked");
    figures.push(refused.endedMs - revokedMs);
    if (refused.startedMs > Date.parse(ended.effectiveBy)) late++;
  }
  child.kill("SIGKILL");
  const p99 = percentile(figures, 0.99);
  const worst = Math.max(...figures);
  const goal = cut ? 1_200 : 250;
  return {
    what: cut
      ? "revoke to refusal on another node, hints cut, worst"
      : "revoke to refusal on another node, p99",
    goal: cut ? "<= 1.2 s, never after `effectiveBy`" : "<= 250 ms, never after `effectiveBy`",
    figure: `${cut ? worst : p99} ms, ${late} late`,
    met: (cut ? worst : p99) <= goal && late === 0,
    how: `${count} revocations, PostgreSQL on this machine`,
  };
}
