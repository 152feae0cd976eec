import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { KeyStoreError } from "../key-store.ts";
import { keyStoreCase } from "./harness.ts";
import type { KeyStoreCase } from "./harness.ts";
import { presentOf, sampleWrite, tenant, times, write } from "./sample-key.ts";

const hintMs = 2_000;
// Long enough for a hint to come that should not, short beside the poll that it replaces.
const quietMs = 50;

async function isWithin(limitMs: number, isTrue: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs;
  while (!isTrue() && performance.now() < deadlineMs) await pause(5);
  return isTrue();
}

const identity = keyStoreCase(
  "a store has one id, the same through every handle, also when they open it at once",
  async ({ open }) => {
    const stores = await Promise.all(times(4, () => open()));
    const ids = await Promise.all(stores.map((store) => store.storeId()));
    await write(await open(), sampleWrite("k1"));
    ids.push(await (await open()).storeId(), await (stores[0] ?? (await open())).storeId());
    assert.equal(new Set(ids).size, 1);
    assert(ids[0] !== undefined && ids[0].length >= 16, "random enough to be no other store's");
  },
);

const description = keyStoreCase(
  "a store says where it is, without user and password, and how soon changes are seen",
  async ({ open }) => {
    const store = await open();
    assert.match(store.place, /^[a-z][a-z0-9+.-]*:/);
    assert.doesNotMatch(store.place, /\/\/[^/]*@/);
    assert(["immediate", "polled"].includes(store.propagation));
  },
);

const health = keyStoreCase(
  "a store says whether it is durable, and works unless it refuses",
  async ({ open }) => {
    const store = await open();
    const found = await store.health();
    assert(["durable", "lossy", "refused"].includes(found.kind));
    if (found.kind !== "durable") assert.notEqual(found.reason, "");
    const writing = store.commit({ writes: [sampleWrite("k1")] });
    if (found.kind === "refused") await assert.rejects(writing, isFault("not_durable"));
    else assert.equal((await writing).kind, "committed");
  },
);

const listening = keyStoreCase(
  "a hint comes within 2 s after a commit elsewhere, until it is ended",
  async ({ open }) => {
    const [listener, writer] = [await open(), await open()];
    // There may be nothing better than polling; such a store has no `listen`.
    if (listener.listen === undefined) return;
    let hints = 0;
    const end = await listener.listen(() => {
      hints += 1;
    });
    await write(writer, sampleWrite("k1"));
    assert(await isWithin(hintMs, () => hints > 0), "the first hint");
    await pause(quietMs);
    assert.equal(hints, 1, "at most one for each commit");
    await write(writer, sampleWrite("k2"));
    assert(await isWithin(hintMs, () => hints > 1), "the next hint");
    await end();
    const ended = hints;
    await write(writer, sampleWrite("k3"));
    await pause(quietMs);
    assert.equal(hints, ended, "none after the end");
  },
);

function isFault(code: KeyStoreError["code"]): (error: unknown) => true {
  return (error) => {
    assert(KeyStoreError.is(error), "what a store rejects with is a KeyStoreError");
    assert.equal(error.code, code);
    return true;
  };
}

const closing = keyStoreCase(
  "a closed handle answers nothing more, and another goes on",
  async ({ open }) => {
    const [closed, other] = [await open(), await open()];
    await write(closed, sampleWrite("k1"));
    await closed.close();
    await closed.close();
    const calls: (() => Promise<unknown>)[] = [
      () => closed.storeId(),
      () => closed.readChain("k1"),
      () => closed.list({ tenant, limit: 1 }),
      () => closed.commit({ writes: [sampleWrite("k2")] }),
      () => closed.findIdempotency(tenant, "d"),
      () => closed.touch([{ id: "k1", at: "2026-03-01T10:00:00.000Z" }]),
      () => closed.changesSince(0),
      () => closed.pending(1),
      () => closed.settle([1]),
      () => closed.health(),
    ];
    for (const call of calls) await assert.rejects(call, isFault("closed"));
    if (closed.listen !== undefined) {
      await assert.rejects(
        closed.listen(() => undefined),
        isFault("closed"),
      );
    }
    assert.deepEqual(await presentOf(other, ["k1", "k2"]), ["k1"]);
  },
);

/** A handle and its end. */
export const handleCases: readonly KeyStoreCase[] = [
  identity,
  description,
  health,
  listening,
  closing,
];
