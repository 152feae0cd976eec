import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { KeyCache } from "../../src/verification/key-cache.ts";
import { ReadKey } from "../../src/verification/read-key.ts";
import { type SealedKey, sealedKey, testPeppers } from "./sealed-key.ts";

const peppers = testPeppers();
const pepper = await peppers.current();

function read({ stored }: Pick<SealedKey, "stored">): ReadKey {
  const key = new ReadKey(stored, 0);
  key.seal(peppers);
  return key;
}

function fillWith(cache: KeyCache, ...keys: readonly SealedKey[]): void {
  expect(cache.fill(cache.beginFill(0), keys[0]!.id, keys.map(read))).toBe(true);
  cache.endFill();
}

const idsOf = (cache: KeyCache, id: string, nowMs = 0): readonly string[] | undefined =>
  cache.chain(id, nowMs)?.map((key) => key.id);

describe("the cache of keys", () => {
  const root = sealedKey(pepper);
  const child = sealedKey(pepper, { parent: root.id });
  const other = sealedKey(pepper, { parent: root.id });

  it("gives a chain as far as it knows all of it", () => {
    const cache = new KeyCache();
    expect(cache.chain(child.id, 0)).toBeUndefined();
    fillWith(cache, child, root);
    expect(idsOf(cache, child.id)).toEqual([child.id, root.id]);
    expect(idsOf(cache, root.id)).toEqual([root.id]);
    fillWith(cache, other);
    expect(idsOf(cache, other.id)).toEqual([other.id, root.id]);
    cache.drop([root.id]);
    expect([cache.chain(child.id, 0), cache.chain(root.id, 0)]).toEqual([undefined, undefined]);
  });

  it("does not follow a cycle for ever", () => {
    const cache = new KeyCache();
    const first = sealedKey(pepper, { parent: root.id });
    fillWith(cache, sealedKey(pepper, { id: root.id, parent: first.id }), first);
    expect(cache.chain(root.id, 0)).toHaveLength(7);
  });

  it("forgets all at once, unknown ids as well", () => {
    const cache = new KeyCache();
    fillWith(cache, root);
    cache.fill(cache.beginFill(0), other.id, []);
    cache.endFill();
    expect(cache.chain(other.id, 0)).toEqual([]);
    cache.clear();
    expect([cache.chain(root.id, 0), cache.chain(other.id, 0)]).toEqual([undefined, undefined]);
  });

  it("remembers an unknown id from the start of the read, for two seconds", () => {
    const cache = new KeyCache();
    cache.fill(cache.beginFill(1_000), other.id, []);
    cache.endFill();
    expect([cache.chain(other.id, 2_999), cache.chain(other.id, 3_000)]).toEqual([[], undefined]);
  });

  it("keeps the later version, whichever of two reads comes in last", () => {
    const cache = new KeyCache();
    const slow = cache.beginFill(0);
    fillWith(cache, sealedKey(pepper, { id: root.id, version: 2 }));
    cache.fill(slow, root.id, [read(root)]);
    cache.endFill();
    expect(cache.chain(root.id, 0)?.[0]?.body?.version).toBe(2);
  });

  it("gives no record that was read a minute ago, nor one that was not found again", () => {
    const cache = new KeyCache();
    fillWith(cache, child, root);
    expect([idsOf(cache, root.id, 59_999), idsOf(cache, root.id, 60_000)]).toEqual([
      [root.id],
      undefined,
    ]);
    cache.fill(cache.beginFill(0), root.id, []);
    cache.endFill();
    expect([cache.chain(root.id, 0), cache.chain(child.id, 0)]).toEqual([[], undefined]);
  });

  it("remembers a change until the last read that it may have overtaken is over", () => {
    const cache = new KeyCache();
    const [slow, quick] = [cache.beginFill(0), cache.beginFill(0)];
    cache.drop([root.id]);
    expect(cache.fill(quick, child.id, [read(child)])).toBe(true);
    cache.endFill();
    expect(cache.fill(slow, root.id, [read(root)])).toBe(false);
    cache.endFill();
  });

  it("refuses what began to be read before everything changed", () => {
    const cache = new KeyCache();
    const fill = cache.beginFill(0);
    cache.clear();
    expect(cache.fill(fill, root.id, [read(root)])).toBe(false);
    cache.endFill();
    fillWith(cache, root);
  });

  it("refuses what began to be read before very many changes", () => {
    const cache = new KeyCache();
    const fill = cache.beginFill(0);
    cache.drop(Array.from({ length: 20_000 }, (_, index) => `id ${index}`));
    expect(cache.fill(fill, root.id, [read(root)])).toBe(false);
    const later = cache.beginFill(0);
    expect(cache.fill(later, root.id, [read(root)])).toBe(true);
  });

  // A store of a few keys whose version is all that matters, and reads that take any time.
  type Step =
    | { readonly kind: "change" | "begin" | "drop"; readonly key: number }
    | { readonly kind: "end"; readonly read: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constantFrom("change", "begin", "drop"),
      key: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant("end" as const), read: fc.integer({ min: 0, max: 5 }) }),
  );

  test.prop([fc.array(step, { maxLength: 60, size: "max" })])(
    "never holds a record whose change it was told of since that was read",
    (steps) => {
      const cache = new KeyCache();
      const ids = [root.id, child.id, other.id];
      const versions = [1, 1, 1];
      const told = [1, 1, 1];
      const underWay: { key: number; version: number; fill: ReturnType<KeyCache["beginFill"]> }[] =
        [];
      for (const each of steps) {
        if (each.kind === "change") versions[each.key]!++;
        if (each.kind === "begin") {
          underWay.push({ ...each, version: versions[each.key]!, fill: cache.beginFill(0) });
        }
        if (each.kind === "drop") {
          told[each.key] = versions[each.key]!;
          cache.drop([ids[each.key]!]);
        }
        if (each.kind === "end" && underWay[each.read] !== undefined) {
          const [{ key, version, fill }] = underWay.splice(each.read, 1) as [
            (typeof underWay)[number],
          ];
          cache.fill(fill, ids[key]!, [read(sealedKey(pepper, { id: ids[key]!, version }))]);
          cache.endFill();
        }
        for (const [key, id] of ids.entries()) {
          const held = cache.chain(id, 0)?.[0]?.body?.version;
          expect(held ?? Infinity).toBeGreaterThanOrEqual(told[key]!);
        }
      }
    },
  );
});
