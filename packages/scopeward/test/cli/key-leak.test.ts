import type { KeyRecord, Keys } from "@scopeward/keys";
import { expect, test, vi } from "vitest";
import { leakFinder } from "../../src/cli/key-leak.ts";
import { keyRecord } from "../key-record.ts";

const nowMs = Date.parse("2026-06-01T00:00:00Z");

/** Keys that only show these records, and count how often they are asked. */
function shown(records: readonly KeyRecord[]): { readonly keys: Keys; readonly asked: string[] } {
  const asked: string[] = [];
  const show = async (id: string): Promise<KeyRecord | undefined> => {
    asked.push(id);
    return await Promise.resolve(records.find((record) => record.id === id));
  };
  return { keys: { show } as unknown as Keys, asked };
}

test.for([
  ["live", {}],
  ["disabled", { status: "disabled" }],
  ["revoked", { status: "revoked" }],
  ["expired", { expiresAt: "2026-05-31T23:59:59Z" }],
  ["expired", { expiresAt: "2026-06-01T00:00:00Z" }],
  ["live", { expiresAt: "2026-06-01T00:00:01Z" }],
  ["not_yet_valid", { notBefore: "2026-06-01T00:00:01Z" }],
  ["parent_inactive", { parent: "unknown-parent" }],
] as const)("a leaked key is %s with %j", async ([state, members]) => {
  const { keys } = shown([keyRecord(members)]);
  const find = leakFinder(keys, () => undefined, nowMs);
  expect(await find("000000000001")).toEqual({
    owner: "user:ada",
    state,
    live: state === "live",
  });
});

/** A key `a` below `b` below `c`, which has this status. */
function chain(status: KeyRecord["status"]): readonly KeyRecord[] {
  return [
    keyRecord({ id: "a", parent: "b" }),
    keyRecord({ id: "b", parent: "c" }),
    keyRecord({ id: "c", status }),
  ];
}

test("a key lives only below parents that live", async () => {
  expect(await leakFinder(shown(chain("active")).keys, () => undefined, nowMs)("a")).toMatchObject({
    state: "live",
  });
  expect(await leakFinder(shown(chain("revoked")).keys, () => undefined, nowMs)("a")).toMatchObject(
    {
      state: "parent_inactive",
    },
  );
});

test("a circle of parents ends", async () => {
  const { keys } = shown([
    keyRecord({ id: "a", parent: "b" }),
    keyRecord({ id: "b", parent: "a" }),
  ]);
  const find = leakFinder(keys, () => undefined, nowMs);
  expect(await find("a")).toMatchObject({ state: "parent_inactive" });
});

test("an id that the store does not know has no owner", async () => {
  const find = leakFinder(shown([]).keys, () => undefined, nowMs);
  expect(await find("000000000002")).toEqual({ state: "unknown", live: false });
});

test("each key is looked up once, however often its token is found", async () => {
  const { keys, asked } = shown([keyRecord()]);
  const find = leakFinder(keys, () => undefined, nowMs);
  await find("000000000001");
  await find("000000000001");
  expect(asked).toEqual(["000000000001"]);
});

test("a store that is down is told once, and is no answer", async () => {
  const { keys } = shown([]);
  keys.show = vi.fn<Keys["show"]>().mockRejectedValue(new Error("the disk is gone"));
  const tell = vi.fn<(line: string) => void>();
  const find = leakFinder(keys, tell, nowMs);
  expect(await find("a")).toBeUndefined();
  expect(await find("b")).toBeUndefined();
  expect(tell).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("the disk is gone"));
});
