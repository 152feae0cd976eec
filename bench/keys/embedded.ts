import assert from "node:assert/strict";
import { join } from "node:path";
import { openKeyStore } from "@scopeward/keys";
import type { KeyStore } from "@scopeward/keys";
import type { Measurement, Row } from "../row.ts";
import { keysOn, populate, withFolder } from "./key-population.ts";
import { mean, percentile, timeEach } from "./percentile.ts";

const keyCount = 200_000;
const issueCount = 6_000;
const issuesAtOnce = 200;

/** Keys in SQLite, in this process. */
export const embeddedKeys: Measurement = { name: "embedded-keys", measure };

async function measure(): Promise<readonly Row[]> {
  return await withFolder(async (folder) => [
    ...(await verifying(folder)),
    await issuing(join(folder, "issuing")),
  ]);
}

async function verifying(folder: string): Promise<readonly Row[]> {
  const store = counting(openKeyStore(`sqlite:${join(folder, "keys.db")}`));
  const tokens = await populate(store, keyCount, 20_000);
  const keys = keysOn(store, folder);
  const figures = await timeEach(100_000, async (index) => {
    const verification = await keys.verify(tokens[(index * 7919) % tokens.length]);
    assert.equal(verification.outcome, "verified");
  });
  const readsBefore = store.reads;
  const token = tokens[0]!;
  // The shape is right and the checksum is not: the costliest junk.
  const junk = `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
  const junkFigures = await timeEach(200_000, () => keys.verify(junk));
  const readsOfJunk = store.reads - readsBefore;
  await keys.close();
  const [average, p99, junkAverage] = [mean(figures), percentile(figures, 0.99), mean(junkFigures)];
  const how = `${keyCount.toLocaleString("en")} keys, 20,000 of them in turn`;
  return [
    row("`verify` from SQLite, mean", "<= 40 us", `${average.toFixed(1)} us`, average <= 40, how),
    row("`verify` from SQLite, p99", "<= 120 us", `${p99.toFixed(1)} us`, p99 <= 120, how),
    row(
      "a junk token",
      "<= 1 us, no store access",
      `${junkAverage.toFixed(2)} us, ${readsOfJunk} reads`,
      junkAverage <= 1 && readsOfJunk === 0,
      "right shape, wrong checksum",
    ),
  ];
}

async function issuing(folder: string): Promise<Row> {
  const keys = keysOn(openKeyStore(`sqlite:${join(folder, "keys.db")}`), folder);
  const issue = async (): Promise<void> => {
    const issued = await keys.issue({
      owner: "user:ada",
      audience: "internal",
      scopes: ["notes:read"],
    });
    assert.equal(issued.kind, "issued");
  };
  await Promise.all(Array.from({ length: issuesAtOnce }, issue));
  const start = performance.now();
  let left = issueCount;
  await Promise.all(
    Array.from({ length: issuesAtOnce }, async () => {
      while (left-- > 0) await issue();
    }),
  );
  const perSecond = issueCount / ((performance.now() - start) / 1000);
  await keys.close();
  return row(
    "`issue`, durable, with its audit entry",
    ">= 2,000/s",
    `${Math.round(perSecond).toLocaleString("en")}/s`,
    perSecond >= 2_000,
    `${issuesAtOnce} at once, committed in groups`,
  );
}

function row(what: string, goal: string, figure: string, met: boolean, how: string): Row {
  return { what, goal, figure, met, how };
}

/** A store that counts what is read from it. */
function counting(store: KeyStore): KeyStore & { readonly reads: number } {
  let reads = 0;
  const readChain: KeyStore["readChain"] = async (id) => {
    reads++;
    return await store.readChain(id);
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "reads") return reads;
      if (name === "readChain") return readChain;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  }) as KeyStore & { readonly reads: number };
}
