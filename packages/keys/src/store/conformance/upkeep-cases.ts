import assert from "node:assert/strict";
import { keyStoreCase } from "./harness.ts";
import type { KeyStoreCase } from "./harness.ts";
import { sampleWrite, tenant, write } from "./sample-key.ts";

const earlier = "2026-03-01T10:00:00.000Z";
const later = "2026-03-01T10:00:00.001Z";
const last = "2027-01-01T00:00:00.000Z";

const touching = keyStoreCase(
  "the last use of a key moves forward only, and is no change",
  async ({ open }) => {
    const store = await open();
    await write(store, sampleWrite("k1"), sampleWrite("k2"));
    const before = await store.changesSince(0);
    const isLastUsed = async (id: string, at: string | undefined) => {
      assert.equal((await store.readChain(id))[0]?.lastUsedAt, at);
    };
    await isLastUsed("k1", undefined);
    await store.touch([]);
    await store.touch([
      { id: "k1", at: later },
      { id: "none", at: later },
    ]);
    await isLastUsed("k1", later);
    await store.touch([{ id: "k1", at: earlier }]);
    await isLastUsed("k1", later);
    await store.touch([
      { id: "k1", at: last },
      { id: "k1", at: earlier },
    ]);
    await isLastUsed("k1", last);
    await isLastUsed("k2", undefined);
    assert.deepEqual(await store.changesSince(0), before, "no sequence number");
    const listed = await store.list({ tenant, limit: 10 });
    assert.deepEqual(
      listed.map(({ lastUsedAt }) => lastUsedAt),
      [last, undefined],
    );
    await write(store, sampleWrite("k1", { version: 2 }));
    await isLastUsed("k1", last);
  },
);

const settling = keyStoreCase(
  "an entry is pending, in its order, until it is settled",
  async ({ open }) => {
    const store = await open();
    const writes = ["k1", "k2", "k3", "k4"].map((id) => sampleWrite(id));
    assert.deepEqual(await store.pending(10), []);
    for (const each of writes) await write(store, each);
    const entries = await store.pending(10);
    assert.deepEqual(
      entries.map(({ keyId, entry }) => ({ keyId, entry })),
      writes.map(({ key, entry }) => ({ keyId: key.id, entry })),
    );
    for (const { at } of entries) assert(Number.isFinite(Date.parse(at)), "when it was committed");
    const [first, second, third, fourth] = entries.map(({ sequence }) => sequence);
    assert(
      first !== undefined && second !== undefined && third !== undefined && fourth !== undefined,
    );
    assert(first < second && second < third && third < fourth, "the oldest is the first");
    assert.deepEqual(await store.pending(2), entries.slice(0, 2));

    const told = await store.changesSince(0);
    await store.settle([]);
    await store.settle([third, first, fourth + 1_000]);
    const left = [entries[1], entries[3]];
    assert.deepEqual(await store.pending(10), left);
    await store.settle([first]);
    assert.deepEqual(await (await open()).pending(10), left);
    assert.deepEqual(await store.changesSince(0), told, "a settled change is still one");
    await store.settle([second, fourth]);
    assert.deepEqual(await store.pending(10), []);
  },
);

/** What is written beside the keys. */
export const upkeepCases: readonly KeyStoreCase[] = [touching, settling];
