import assert from "node:assert/strict";
import type { KeyQuery, KeyStore } from "../key-store.ts";
import { keyStoreCase } from "./harness.ts";
import type { KeyStoreCase } from "./harness.ts";
import { sampleWrite, tenant, times, write } from "./sample-key.ts";

async function listed(store: KeyStore, query: Partial<KeyQuery> = {}): Promise<string[]> {
  const keys = await store.list({ tenant, limit: 1_000, ...query });
  return keys.map(({ id }) => id);
}

const order = keyStoreCase("a list is ordered by the UTF-8 bytes of the ids", async ({ open }) => {
  const store = await open();
  // By UTF-16 code units the last two change places; a locale would put `a` before `B`.
  const ids = ["-", "9", "B", "_", "a", "ab", "b", "\u00E9", "\uFF5E", "\u{1F600}"];
  await write(store, ...ids.toReversed().map((id) => sampleWrite(id)));
  assert.deepEqual(await listed(store), ids);
  assert.deepEqual(await listed(store, { after: "_" }), ids.slice(4));
  assert.deepEqual(await listed(store, { after: "\uFF5E" }), ids.slice(9));
});

const paging = keyStoreCase("a list comes in pages of at most `limit`", async ({ open }) => {
  const store = await open();
  const ids = times(1_001, (index) => `k${String(index).padStart(4, "0")}`);
  for (let from = 0; from < ids.length; from += 91) {
    await write(store, ...ids.slice(from, from + 91).map((id) => sampleWrite(id)));
  }
  assert.deepEqual(await listed(store), ids.slice(0, 1_000));
  assert.deepEqual(await listed(store, { limit: 1 }), ids.slice(0, 1));
  const found: string[] = [];
  for (const _ of times(4, String)) {
    found.push(...(await listed(store, { limit: 400, after: found.at(-1) ?? "" })));
  }
  assert.deepEqual(found, ids);
  // `after` is a place in the order: it need not be a key.
  assert.deepEqual(await listed(store, { limit: 1, after: "k0001x" }), ["k0002"]);
  await write(store, ...["k0001y", "k0002y"].map((id) => sampleWrite(id, { owner: "user:eve" })));
  const filtered = await listed(store, { owner: "user:eve", limit: 1, after: "k0001y" });
  assert.deepEqual(filtered, ["k0002y"], "what the filter leaves out does not count");
});

const filters = keyStoreCase(
  "a list holds the keys for which all its filters hold",
  async ({ open }) => {
    const store = await open();
    await write(
      store,
      sampleWrite("k1"),
      sampleWrite("k2", { status: "disabled" }),
      sampleWrite("k3", { parent: "k1" }),
      sampleWrite("k4", { owner: "user:ada2", parent: "k1" }),
      sampleWrite("k5", { owner: "user:Ada", status: "revoked" }),
      sampleWrite("k6", { parent: "k1", status: "revoked" }),
    );
    assert.deepEqual(await listed(store, { owner: "user:ada" }), ["k1", "k2", "k3", "k6"]);
    assert.deepEqual(await listed(store, { owner: "user:%" }), []);
    assert.deepEqual(await listed(store, { parent: "k1" }), ["k3", "k4", "k6"]);
    assert.deepEqual(await listed(store, { status: "active" }), ["k1", "k3", "k4"]);
    const narrow: Partial<KeyQuery> = { owner: "user:ada", parent: "k1", status: "active" };
    assert.deepEqual(await listed(store, narrow), ["k3"]);
    await write(store, sampleWrite("k3", { owner: "user:eve", parent: "k1", version: 2 }));
    assert.deepEqual(await listed(store, narrow), [], "it has another owner now");
    assert.deepEqual(await listed(store, { owner: "user:eve" }), ["k3"]);
  },
);

const tenants = keyStoreCase("nothing crosses from one tenant to another", async ({ open }) => {
  const store = await open();
  // Names that look alike when they are joined to what follows them.
  const keys = [
    { id: "k1", tenant: "a", owner: "b:c" },
    { id: "k2", tenant: "a:b", owner: "c" },
    { id: "k3", tenant: "A", owner: "b:c" },
    { id: "k4", tenant: "a%", owner: "b:c" },
  ];
  await write(store, ...keys.map(({ id, ...sample }) => sampleWrite(id, sample)));
  for (const { id, tenant: own, owner } of keys) {
    assert.deepEqual(await listed(store, { tenant: own }), [id]);
    assert.deepEqual(await listed(store, { tenant: own, owner }), [id]);
    assert.deepEqual(await listed(store, { tenant: own, status: "active" }), [id]);
    const used = { tenant: own, digest: "d", request: `r-${id}`, keyId: id };
    const next = sampleWrite(id, { tenant: own, owner, version: 2 });
    const result = await store.commit({ writes: [next], idempotency: used });
    assert.equal(result.kind, "committed", "an idempotency key is a tenant's own");
    assert.deepEqual(await store.findIdempotency(own, "d"), used);
  }
  assert.deepEqual(await listed(store, { tenant: "b" }), []);
  assert.equal(await store.findIdempotency("b", "d"), undefined);
});

const damage = keyStoreCase(
  "a page with a filter holds only keys whose body is whole and says so",
  async ({ open, edit }) => {
    const store = await open();
    await write(store, ...["k1", "k2", "k3", "k4"].map((id) => sampleWrite(id)));
    const { body } = sampleWrite("k1", { owner: "user:eve" }).key;
    const edits = [
      await edit("k1", body),
      await edit("k2", '{"id":"k2","tenant":"acme","owner":"user:ada"'),
      await edit("k3", "[]"),
    ];
    const kept = ["k1", "k2", "k3"].filter((_, index) => edits[index] === false);
    assert.deepEqual(await listed(store, { owner: "user:ada" }), [...kept, "k4"]);
  },
);

/** What a list holds, and in which order. */
export const listCases: readonly KeyStoreCase[] = [order, paging, filters, tenants, damage];
