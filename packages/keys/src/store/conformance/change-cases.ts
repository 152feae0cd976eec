import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { keyStoreCase } from "./harness.ts";
import type { KeyStoreCase } from "./harness.ts";
import { accepted, sampleWrite, times, write } from "./sample-key.ts";

const pollMs = 2;
// That a change shows at once when it is acknowledged is another case; here it may be late, not missed.
const patienceMs = 5_000;

const sequences = keyStoreCase(
  "sequence numbers rise, without a gap within a commit, in the order of its writes",
  async ({ open }) => {
    const [left, right] = [await open(), await open()];
    const commits = [
      { store: left, writes: ["k1", "k2", "k3"].map((id) => sampleWrite(id)) },
      { store: right, writes: [sampleWrite("k4")] },
      { store: left, writes: [sampleWrite("k5"), sampleWrite("k1", { version: 2 })] },
    ];
    const expected = new Map<number, string>();
    let last = 0;
    for (const { store, writes } of commits) {
      const given = await accepted(store, { writes });
      const first = given[0] ?? 0;
      assert(Number.isSafeInteger(first) && first > last, "above all that were given before");
      assert.deepEqual(
        given,
        times(writes.length, (index) => first + index),
      );
      for (const [index, { key }] of writes.entries()) expected.set(first + index, key.id);
      last = given.at(-1) ?? 0;
    }
    const entries = await left.pending(100);
    assert.deepEqual(new Map(entries.map(({ sequence, keyId }) => [sequence, keyId])), expected);
    assert.equal((await left.changesSince(0)).head, last);
  },
);

const changes = keyStoreCase(
  "what changed since a sequence number is each changed key once",
  async ({ open }) => {
    const store = await open();
    assert.deepEqual(await store.changesSince(0), { kind: "changes", head: 0, ids: [] });
    await write(store, sampleWrite("k1"), sampleWrite("k2"));
    const made = await store.changesSince(0);
    assert(made.kind === "changes" && made.head > 0);
    assert.deepEqual(made.ids.toSorted(), ["k1", "k2"]);
    const none = { kind: "changes", head: made.head, ids: [] };
    assert.deepEqual(await store.changesSince(made.head), none);
    await write(store, sampleWrite("k1", { version: 2 }));
    await write(store, sampleWrite("k3"), sampleWrite("k1", { version: 3 }));
    const later = await store.changesSince(made.head);
    assert(later.kind === "changes" && later.head > made.head);
    assert.deepEqual(later.ids.toSorted(), ["k1", "k3"]);
  },
);

const unknown = keyStoreCase(
  "a sequence number above the head is unknown: the store was put back",
  async ({ open }) => {
    const store = await open();
    await write(store, sampleWrite("k1"));
    const { head } = await store.changesSince(0);
    for (const above of [head + 1, head + 1_000_000]) {
      assert.deepEqual(await store.changesSince(above), { kind: "unknown", head });
    }
  },
);

const visibility = keyStoreCase(
  "one who polls misses no change of many that commit at once",
  async ({ open }) => {
    const writers = [await open(), await open()] as const;
    const poller = await open();
    const ids = times(80, (index) => `k${String(index)}`);
    const missing = new Set(ids);
    let endsAtMs = Infinity;
    const writing = Promise.all(
      ids.map((id, index) => write(writers[index % 2 === 0 ? 0 : 1], sampleWrite(id))),
    ).finally(() => {
      endsAtMs = performance.now() + patienceMs;
    });
    const polling = async () => {
      for (let head = 0; missing.size > 0 && performance.now() < endsAtMs; await pause(pollMs)) {
        const found = await poller.changesSince(head);
        assert(found.kind === "changes" && found.head >= head, "the head never falls");
        for (const id of found.ids) missing.delete(id);
        head = found.head;
      }
    };
    await Promise.all([writing, polling()]);
    assert.deepEqual([...missing], [], "keys whose change was passed over");
  },
);

/** Sequence numbers, and what is told of changes. */
export const changeCases: readonly KeyStoreCase[] = [sequences, changes, unknown, visibility];
