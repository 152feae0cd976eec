// Whether the time of a refusal tells how much of a secret was right. `node tools/timing.ts [tries]`
// shows tokens whose first, or whose last, character of the secret is wrong (with a right checksum),
// so many of each or more, in random order; a fresh token each time. Figures above the 99th percentile of
// both together are left out: they are the machine's. The verdict is Welch's t, as in TVLA: 4.5 and
// more is a difference. A comparison that stops at the first wrong character is measured as well: a
// run that does not see that one proves nothing. Exit code 1 for either.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type KeyStore, openKeyStore, parseToken } from "@scopeward/keys";
import { keysOn, populate, secrets, withFolder } from "../bench/keys/key-population.ts";
import { openPeppers } from "../packages/keys/src/secrets/peppers.ts";
import { alphabet, checksum } from "../packages/keys/src/token/checksum.ts";
import { checkKey } from "../packages/keys/src/verification/check-key.ts";
import { ReadKey } from "../packages/keys/src/verification/read-key.ts";

const threshold = 4.5;
const least = 100_000;
/** How many tokens are made at a time. */
const blockSize = 5_000;
const tries = Number(process.argv[2] ?? least);
if (!Number.isSafeInteger(tries) || tries < 1_000) {
  console.error("give the number of tries as a whole number from 1,000");
  process.exit(3);
}

// `sward_int_<id12>_<secret43><crc6>`
const [firstAt, lastAt, endAt] = [23, 65, 66];

/** The same token with another character at one place of its secret, and the checksum for it. */
function wrongAt(token: string, at: number): string {
  const others = alphabet.replace(token[at]!, "");
  const other = others[Math.floor(Math.random() * others.length)]!;
  const body = token.slice(0, at) + other + token.slice(at + 1, endAt);
  // One flat string, however it was put together: nothing else may differ between the two kinds.
  return Buffer.from(body + checksum(body), "latin1").toString("latin1");
}

/** A token to be shown: 0, its first character is wrong; 1, its last. */
interface Wrong {
  readonly kind: 0 | 1;
  readonly text: string;
}

/**
 * Wrong tokens in random order. Made beforehand: making one kind takes longer than the other, and
 * would leave the processor in another state just before the clock starts.
 */
function wrongTokens(token: string, count: number): readonly Wrong[] {
  return Array.from({ length: count }, () => {
    const kind = Math.random() < 0.5 ? 0 : 1;
    return { kind, text: wrongAt(token, kind === 0 ? firstAt : lastAt) };
  });
}

/** Nanoseconds of each refusal, apart for a wrong first and a wrong last character. */
async function measure(
  token: string,
  refuse: (token: string) => unknown,
): Promise<readonly [number[], number[]]> {
  for (const { text } of wrongTokens(token, tries / 10)) await refuse(text);
  const figures: readonly [number[], number[]] = [[], []];
  while (Math.min(figures[0].length, figures[1].length) < tries) {
    for (const { kind, text } of wrongTokens(token, blockSize)) {
      const start = process.hrtime.bigint();
      await refuse(text);
      figures[kind].push(Number(process.hrtime.bigint() - start));
    }
  }
  return figures;
}

/** Welch's t of two samples, and the difference of their means that it would have noticed. */
function welch([first, last]: readonly [number[], number[]]): { t: number; visible: number } {
  const sorted = [...first, ...last].toSorted((a, b) => a - b);
  const limit = sorted[Math.floor(sorted.length * 0.99)]!;
  const [a, b] = [moments(first, limit), moments(last, limit)];
  const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
  return { t: Math.abs(a.mean - b.mean) / error, visible: threshold * error };
}

function moments(
  figures: readonly number[],
  limit: number,
): { count: number; mean: number; variance: number } {
  const kept = figures.filter((figure) => figure <= limit);
  const mean = kept.reduce((sum, figure) => sum + figure, 0) / kept.length;
  const squares = kept.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  return { count: kept.length, mean, variance: squares / (kept.length - 1) };
}

async function report(
  name: string,
  isLeaky: boolean,
  token: string,
  refuse: (token: string) => unknown,
): Promise<boolean> {
  const { t, visible } = welch(await measure(token, refuse));
  const passed = t >= threshold === isLeaky;
  const wanted = isLeaky ? "must be seen: at least" : "must not be seen: below";
  console.log(
    `${passed ? "passed" : "FAILED"}  ${name}: |t| = ${t.toFixed(2)} (${wanted} ${threshold}; from ${visible.toFixed(1)} ns on a difference is seen)`,
  );
  return passed;
}

function stopsAtFirstWrong(a: string, b: string): boolean {
  for (let index = 0; index < a.length; index++) {
    if (a.charCodeAt(index) !== b.charCodeAt(index)) return false;
  }
  return true;
}

// The store takes most of the time of a verification, and most of its ups and downs.
async function withoutStore(store: KeyStore, token: string): Promise<(token: string) => unknown> {
  const { id } = parseToken(token)!;
  const chain = (await store.readChain(id)).map((stored) => new ReadKey(stored, 0));
  const peppers = openPeppers(secrets);
  await peppers.reread();
  const now = { wallMs: Date.now(), expiryMs: Date.now() };
  const check = { tenant: "default", keyId: id, address: undefined, narrowings: [], ...now };
  return (text) => checkKey(chain, { ...check, shown: parseToken(text)! }, peppers);
}

const passed = await withFolder(async (folder) => {
  const store = openKeyStore(`sqlite:${join(folder, "keys.db")}`);
  const token = (await populate(store, 1, 1))[0]!;
  const keys = keysOn(store, folder);
  try {
    const right = await keys.verify(token);
    assert.equal(right.outcome, "verified");
    const wrong = await keys.verify(wrongAt(token, lastAt));
    assert(wrong.outcome === "rejected" && wrong.code === "key:wrong_secret");
    return [
      await report("verify", false, token, async (shown) => await keys.verify(shown)),
      await report("verify without the store", false, token, await withoutStore(store, token)),
      await report("a leaky comparison", true, token, (shown) => stopsAtFirstWrong(token, shown)),
    ];
  } finally {
    await keys.close();
  }
});
if (tries < least)
  console.log(`fewer than ${least.toLocaleString("en")} tries: no verdict to rely on`);
process.exitCode = passed.every((one) => one) ? 0 : 1;
