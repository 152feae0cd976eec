import assert from "node:assert/strict";
import { join } from "node:path";
import { tool } from "@langchain/core/tools";
import { openJsonLines } from "@scopeward/audit";
import { guardTool } from "@scopeward/adapters/langchain";
import { z } from "zod";
import { withFolder } from "../keys/key-population.ts";
import type { Measurement, Row } from "../row.ts";
import { median } from "../statistics.ts";
import { openGuardedWard } from "./guarded-ward.ts";

const atOnce = 64;
const rounds = 150;
const args = { dataset: "sales", query: "select 1", limit: 100 };

/** A LangChain tool that does nothing, bare and guarded, with every entry on the disk. */
export const langchainCalls: Measurement = { name: "langchain-calls", measure };

async function measure(): Promise<readonly Row[]> {
  return await withFolder(async (folder) => {
    const ward = await openGuardedWard(folder, openJsonLines(join(folder, "audit")));
    const verification = await ward.keys.verify(ward.token);
    assert(verification.outcome === "verified");
    const bare = tool(() => "1", {
      name: "sql_query",
      description: "Runs a query",
      schema: z.object({ dataset: z.string(), query: z.string(), limit: z.number() }),
    });
    const { enforcer } = ward;
    const guarded = guardTool(bare, { enforcer, principal: verification.principal });
    assert.equal(await guarded.invoke(args), "1");
    const figures: { readonly bare: number[]; readonly guarded: number[] } = {
      bare: [],
      guarded: [],
    };
    // By turns, so that the machine's ups and downs reach both alike.
    for (let round = 0; round < rounds; round++) {
      figures.bare.push(await microsecondsEach(async () => await bare.invoke(args)));
      figures.guarded.push(await microsecondsEach(async () => await guarded.invoke(args)));
    }
    await ward.close();
    const [without, withGuard] = [median(figures.bare), median(figures.guarded)];
    const added = withGuard - without;
    return [
      {
        what: "a guarded LangChain tool call over a bare one, p50",
        goal: "adds <= 250 us",
        figure: `${added.toFixed(0)} us (${withGuard.toFixed(0)} over ${without.toFixed(0)})`,
        met: added <= 250,
        how: `${atOnce} calls at once with a durable audit log: time of all over their number, ${rounds} rounds by turns`,
      },
    ];
  });
}

/** Time of `atOnce` calls that run at the same time, for each of them. */
async function microsecondsEach(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, call));
  return ((performance.now() - start) * 1_000) / atOnce;
}
