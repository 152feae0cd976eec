import assert from "node:assert/strict";
import type { CommitResult, IdempotencyRecord } from "../key-store.ts";
import { keyStoreCase } from "./harness.ts";
import type { KeyStoreCase } from "./harness.ts";
import { accepted, presentOf, sampleWrite, tenant, times, write } from "./sample-key.ts";

// Races are run more than once: a store that loses one of them may win the next by chance.
const rounds = 5;

function committedOf(results: readonly CommitResult[]): number {
  return results.filter(({ kind }) => kind === "committed").length;
}

function idempotencyOf(digest: string, keyId: string): IdempotencyRecord {
  return { tenant, digest, request: `request-of-${keyId}`, keyId };
}

const compareAndSet = keyStoreCase(
  "a key is written only at the version that is expected, and by one of many at once",
  async ({ open }) => {
    const stores = [await open(), await open()] as const;
    await write(stores[0], sampleWrite("k"));
    for (const expects of [0, 2, 7]) {
      const late = { ...sampleWrite("k", { version: expects + 1, owner: "user:late" }), expects };
      assert.deepEqual(await stores[0].commit({ writes: [late] }), { kind: "conflict", id: "k" });
    }
    const missing = sampleWrite("none", { version: 2 });
    assert.deepEqual(await stores[0].commit({ writes: [missing] }), {
      kind: "conflict",
      id: "none",
    });
    let owner = "user:ada";
    for (let version = 2; version < 2 + rounds; version += 1) {
      const results = await Promise.all(
        times(8, (racer) => {
          const update = sampleWrite("k", { version, owner: `user:${String(racer)}` });
          return stores[racer % 2 === 0 ? 0 : 1].commit({ writes: [update] });
        }),
      );
      assert.equal(committedOf(results), 1, "one of the updates at once wins");
      owner = `user:${String(results.findIndex(({ kind }) => kind === "committed"))}`;
      for (const result of results) {
        if (result.kind !== "committed") assert.deepEqual(result, { kind: "conflict", id: "k" });
      }
    }
    const [stored] = await (await open()).readChain("k");
    assert.equal(stored?.body, sampleWrite("k", { version: 1 + rounds, owner }).key.body);
  },
);

// Where a store takes the conflicting write, it must take the others too: whether it may is another case.
const atomicity = keyStoreCase("a commit is whole or absent", async ({ open }) => {
  const [left, right] = [await open(), await open()];
  await write(left, sampleWrite("taken"));
  const { head } = await left.changesSince(0);
  const result = await left.commit({
    writes: ["first", "taken", "last"].map((id) => sampleWrite(id)),
  });
  const isWhole = result.kind === "committed";
  assert.deepEqual(await presentOf(left, ["first", "last"]), isWhole ? ["first", "last"] : []);
  if (!isWhole) {
    assert.equal((await left.changesSince(0)).head, head, "a conflict gives no sequence number");
    const entries = await left.pending(10);
    assert.deepEqual(
      entries.map(({ keyId }) => keyId),
      ["taken"],
      "a conflict leaves no entry",
    );
  }
  for (const round of times(rounds, String)) {
    const pair = [`x${round}`, `y${round}`];
    await write(left, ...pair.map((id) => sampleWrite(id)));
    const writesBy = (owner: string) => pair.map((id) => sampleWrite(id, { version: 2, owner }));
    // In opposite orders, so that a store which takes its locks one by one meets itself.
    await Promise.all([
      left.commit({ writes: writesBy("user:left") }),
      right.commit({ writes: writesBy("user:right").toReversed() }),
    ]);
    const fresh = await open();
    const bodies = await Promise.all(pair.map(async (id) => (await fresh.readChain(id))[0]?.body));
    const wholes = ["user:left", "user:right"].map((by) => writesBy(by).map(({ key }) => key.body));
    assert(
      wholes.some(([x, y]) => x === bodies[0] && y === bodies[1]),
      "two commits at once are not mixed",
    );
  }
});

const requirements = keyStoreCase(
  "a commit waits on the keys that it requires: none of them may have changed",
  async ({ open }) => {
    const [left, right] = [await open(), await open()];
    await write(left, sampleWrite("parent"));
    await accepted(left, {
      writes: [sampleWrite("child")],
      requires: [{ id: "parent", version: 1 }],
    });
    for (const required of [
      { id: "parent", version: 2 },
      { id: "nobody", version: 1 },
    ]) {
      assert.deepEqual(await left.commit({ writes: [sampleWrite("late")], requires: [required] }), {
        kind: "conflict",
        id: required.id,
      });
    }
    assert.deepEqual(await presentOf(left, ["late"]), []);
    for (const round of times(rounds, String)) {
      const [x, y] = [`x${round}`, `y${round}`];
      await write(left, sampleWrite(x), sampleWrite(y));
      // Each writes what the other requires: one after the other, the second comes too late.
      const results = await Promise.all([
        left.commit({
          writes: [sampleWrite(x, { version: 2 })],
          requires: [{ id: y, version: 1 }],
        }),
        right.commit({
          writes: [sampleWrite(y, { version: 2 })],
          requires: [{ id: x, version: 1 }],
        }),
      ]);
      assert.equal(committedOf(results), 1, "of two commits that require each other, one wins");
    }
  },
);

const idempotency = keyStoreCase(
  "an idempotency key is carried out once, and remembered",
  async ({ open }) => {
    const stores = [await open(), await open()] as const;
    const first = idempotencyOf("d1", "k1");
    assert.equal(await stores[0].findIdempotency(tenant, "d1"), undefined);
    const commit = { writes: [sampleWrite("k1")], idempotency: first };
    await accepted(stores[0], commit);
    assert.deepEqual(await stores[0].findIdempotency(tenant, "d1"), first);
    const replayed = { kind: "replayed", record: first };
    assert.deepEqual(await stores[1].commit(commit), replayed, "the very same commit");
    const other = { writes: [sampleWrite("k2")], idempotency: idempotencyOf("d1", "k2") };
    assert.deepEqual(await stores[1].commit(other), replayed, "another request");
    assert.deepEqual(await presentOf(stores[1], ["k2"]), []);

    const ids = times(6, (racer) => `racer${String(racer)}`);
    const results = await Promise.all(
      ids.map((id, racer) =>
        stores[racer % 2 === 0 ? 0 : 1].commit({
          writes: [sampleWrite(id)],
          idempotency: idempotencyOf("d2", id),
        }),
      ),
    );
    assert.equal(committedOf(results), 1, "one of those at once is carried out");
    const winner = ids[results.findIndex(({ kind }) => kind === "committed")] ?? "";
    for (const result of results) {
      if (result.kind === "committed") continue;
      assert.deepEqual(result, { kind: "replayed", record: idempotencyOf("d2", winner) });
    }
    assert.deepEqual(await presentOf(await open(), ids), [winner]);
  },
);

const idempotencyWithCommit = keyStoreCase(
  "an idempotency key is remembered only together with its commit",
  async ({ open }) => {
    const store = await open();
    await write(store, sampleWrite("taken"));
    const refused = { writes: [sampleWrite("taken")], idempotency: idempotencyOf("d1", "taken") };
    // Whether a store may take this write is another case; here it is about what it says it did.
    if ((await store.commit(refused)).kind === "committed") return;
    assert.equal(await store.findIdempotency(tenant, "d1"), undefined);
    await accepted(store, {
      writes: [sampleWrite("free")],
      idempotency: idempotencyOf("d1", "free"),
    });
  },
);

/** What may be written, and what a commit leaves. */
export const commitCases: readonly KeyStoreCase[] = [
  compareAndSet,
  atomicity,
  requirements,
  idempotency,
  idempotencyWithCommit,
];
