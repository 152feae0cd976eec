import { describe, expect, test } from "vitest";
import { type Keyring, openKeyring, outcomeOf } from "./keyring.ts";

/** Three keys below each other, and what becomes of a grandchild of the lowest. */
async function threeKeys(): Promise<{
  readonly ring: Keyring;
  readonly ids: readonly [string, string, string];
  readonly delegate: () => Promise<string>;
}> {
  const ring = openKeyring();
  const { id: root } = (await ring.issue({ scopes: ["notes:*"] })).key;
  const { id: parent } = (await ring.issue({ scopes: ["notes:*"], parent: root })).key;
  const { id } = (await ring.issue({ scopes: ["notes:*"], parent })).key;
  return {
    ring,
    ids: [id, parent, root],
    delegate: async () => outcomeOf(await ring.keys.delegate(id, { scopes: ["notes:read"] })),
  };
}

test("a chain that is intact is read", async () => {
  const { delegate } = await threeKeys();
  expect(await delegate()).toBe("issued");
});

describe("a chain that somebody with the database has tampered with is refused", () => {
  test("a row of it is gone, so that what was above does not limit any more", async () => {
    for (const gone of [1, 2] as const) {
      const { ring, ids, delegate } = await threeKeys();
      ring.database.keys.delete(ids[gone]);
      expect(await delegate()).toBe("record_invalid");
      expect(outcomeOf(await ring.keys.update(ids[0], { expires: "1d" }))).toBe("record_invalid");
    }
  });

  test("a row of it is edited", async () => {
    for (const place of [0, 1, 2] as const) {
      const { ring, ids, delegate } = await threeKeys();
      const stored = ring.database.keys.get(ids[place])!;
      const body = stored.body.replace("notes:*", "**");
      ring.database.keys.set(ids[place], { ...stored, body });
      expect(await delegate()).toBe("record_invalid");
    }
  });

  test("another key's intact row stands in the place of one", async () => {
    for (const place of [0, 1, 2] as const) {
      const { ring, ids, delegate } = await threeKeys();
      const { key } = await ring.issue({ scopes: ["**"] });
      const read = ring.database.readChain.bind(ring.database);
      const planted = ring.database.keys.get(key.id)!;
      ring.database.readChain = (id) => (id === ids[0] ? read(id).with(place, planted) : read(id));
      expect(await delegate()).toBe("record_invalid");
    }
  });

  test("an older version of a row is put back under the number of the new one", async () => {
    const { ring, ids, delegate } = await threeKeys();
    const old = ring.database.keys.get(ids[2])!;
    await ring.keys.update(ids[2], { scopes: ["notes:write"] });
    ring.database.keys.set(ids[2], { ...old, version: 2 });
    expect(await delegate()).toBe("record_invalid");
  });
});

test("what is above a key of another tenant is not told either", async () => {
  const { ring, ids } = await threeKeys();
  const other = openKeyring({ database: ring.database, tenant: "other" });
  const outcome = await other.keys.delegate(ids[0], { scopes: ["notes:read"] });
  expect(outcomeOf(outcome)).toBe("key_unknown");
});
