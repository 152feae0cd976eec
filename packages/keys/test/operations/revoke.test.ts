import { describe, expect, test } from "vitest";
import type { ManyKeys } from "../../src/keys.ts";
import { settled } from "../verification/stage.ts";
import { openKeyring, outcomeOf } from "./keyring.ts";

describe("one key", () => {
  test("ends at once, for good, with the reason in record and audit log", async () => {
    const ring = openKeyring();
    const issued = await ring.issue();
    const outcome = await ring.keys.revoke(issued.key.id, { reason: "leaked" });
    expect(outcome).toMatchObject({
      kind: "ended",
      key: {
        status: "revoked",
        revokedAt: ring.clock.at(0),
        revokedReason: "leaked",
        version: 2,
      },
      effectiveBy: ring.clock.at(0),
    });
    expect(await ring.verify(issued)).toBe("key:revoked");
    await settled();
    expect(ring.audit.entries.at(-1)).toMatchObject({ event: "revoked", reason: "leaked" });
  });

  test("that was revoked before is answered the same, and keeps its first reason", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    await ring.keys.revoke(key.id, { reason: "first" });
    expect(await ring.keys.revoke(key.id, { reason: "second" })).toMatchObject({
      kind: "ended",
      key: { revokedReason: "first", version: 2 },
    });
  });

  test("ends on other nodes within the bound, where they are told by polling", async () => {
    const ring = openKeyring({ propagation: "polled" });
    const { key } = await ring.issue();
    expect(await ring.keys.revoke(key.id)).toMatchObject({ effectiveBy: ring.clock.at(5_000) });
  });

  test("ends everything below it", async () => {
    const ring = openKeyring();
    const root = await ring.issue();
    const child = await ring.issue({ parent: root.key.id });
    const grandchild = await ring.issue({ parent: child.key.id });
    await ring.keys.revoke(root.key.id);
    expect([await ring.verify(child), await ring.verify(grandchild)]).toEqual([
      "key:parent_inactive",
      "key:parent_inactive",
    ]);
  });

  test("does not wait for the audit log, which has the entry later", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.revoke(key.id))).toBe("ended");
    await settled();
    expect(ring.events).toContainEqual([
      "background-failed",
      { task: "audit log", reason: "disk full" },
    ]);
  });

  test("ends whatever a key above it has become", async () => {
    const ring = openKeyring();
    const { key: parent } = await ring.issue();
    const { key } = await ring.issue({ parent: parent.id });
    const stored = ring.database.keys.get(parent.id)!;
    ring.database.keys.set(parent.id, { ...stored, body: stored.body.replace("read", "edit") });
    expect(outcomeOf(await ring.keys.revoke(key.id))).toBe("ended");
  });

  test("ends well from two sides at once", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const { key } = await ring.issue();
    const outcomes = await Promise.all([ring.keys.revoke(key.id), other.keys.revoke(key.id)]);
    expect(outcomes.map(outcomeOf)).toEqual(["ended", "ended"]);
    expect((await ring.keys.show(key.id))?.version).toBe(2);
  });

  test("ends also when it is changed at the same time", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const issued = await ring.issue();
    let changes = 0;
    ring.beforeCommit = async () => {
      if (changes++ < 3) await other.keys.rotate(issued.key.id);
    };
    expect(outcomeOf(await ring.keys.revoke(issued.key.id))).toBe("ended");
    expect((await ring.keys.show(issued.key.id))?.status).toBe("revoked");
  });

  test("that is changed without end is a conflict, not an endless try", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const { key } = await ring.issue();
    ring.beforeCommit = async () => void (await other.keys.rotate(key.id));
    expect(outcomeOf(await ring.keys.revoke(key.id))).toBe("conflict");
  });

  test.each<[string, unknown, unknown, string]>([
    ["an id that no key has", "AbCdEfGhIjKl", {}, "key_unknown"],
    ["what is no id", { id: 1 }, {}, "key_unknown"],
    ["a reason that is none", undefined, { reason: 1 }, "invalid"],
    ["an unknown option", undefined, { force: true }, "invalid"],
  ])("is refused for %s", async (_, id, options, code) => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const outcome = await ring.keys.revoke((id ?? key.id) as string, options as object);
    expect(outcomeOf(outcome)).toBe(code);
    expect((await ring.keys.show(key.id))?.status).toBe("active");
  });

  test("of another tenant is not there", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database, tenant: "other" });
    const { key } = await ring.issue();
    expect(outcomeOf(await other.keys.revoke(key.id))).toBe("key_unknown");
    expect((await ring.keys.show(key.id))?.status).toBe("active");
  });

  test("whose record was edited is not written anew as if it were intact", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const stored = ring.database.keys.get(key.id)!;
    ring.database.keys.set(key.id, { ...stored, body: stored.body.replace("ada", "eve") });
    expect(outcomeOf(await ring.keys.revoke(key.id))).toBe("record_invalid");
  });
});

describe("many keys", () => {
  test("all of an owner, disabled ones as well, and nobody else's", async () => {
    const ring = openKeyring();
    const { key: first } = await ring.issue();
    const { key: second } = await ring.issue();
    const { key: gone } = await ring.issue();
    const { key: bobs } = await ring.issue({ owner: "user:bob" });
    await ring.keys.disable(second.id);
    await ring.keys.revoke(gone.id);
    const outcome = await ring.keys.revokeAll({ owner: "user:ada" }, { reason: "left" });
    expect(outcome).toMatchObject({ kind: "ended", effectiveBy: ring.clock.at(0) });
    const { keys } = outcome as { keys: readonly { id: string; revokedReason?: string }[] };
    expect(keys.map(({ id }) => id).toSorted()).toEqual([first.id, second.id].toSorted());
    expect(keys.every(({ revokedReason }) => revokedReason === "left")).toBe(true);
    expect((await ring.keys.show(bobs.id))?.status).toBe("active");
  });

  test("all whose grants cover a scope", async () => {
    const ring = openKeyring();
    await ring.issue({ scopes: ["notes:write"] });
    await ring.issue({ scopes: ["notes:*"] });
    await ring.issue({ scopes: ["notes:read", "notes:write"] });
    await ring.keys.revokeAll({ scope: "notes:read" });
    expect((await ring.keys.list({ status: "active" })).map(({ scopes }) => scopes)).toEqual([
      ["notes:write"],
    ]);
  });

  test("more than one batch, each of which is whole", async () => {
    const ring = openKeyring();
    for (let count = 0; count < 230; count++) await ring.issue();
    const batches: number[] = [];
    const commit = ring.database.commit.bind(ring.database);
    ring.database.commit = (given) => {
      batches.push(given.writes.length);
      return commit(given);
    };
    await ring.keys.revokeAll({ owner: "user:ada" });
    expect(batches).toEqual([100, 100, 30]);
    expect(await ring.keys.list({ status: "active" })).toEqual([]);
  });

  test("those that can be, before it is told that a record is under a pepper that is missing", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const { id } = (await ring.issue()).key;
    const planted = { ...ring.database.keys.get(id)!, sealPepper: "p9" };
    ring.database.keys.set(id, planted);
    await expect(ring.keys.revokeAll({ owner: "user:ada" })).rejects.toMatchObject({
      code: "pepper_unavailable",
    });
    expect((await ring.keys.show(key.id))?.status).toBe("revoked");
    await expect(ring.keys.list()).rejects.toMatchObject({ code: "pepper_unavailable" });
  });

  test("also those that are issued or changed meanwhile", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const { key } = await ring.issue();
    let commits = 0;
    ring.beforeCommit = async () => {
      commits++;
      if (commits === 1) await other.keys.rotate(key.id);
      if (commits === 2) await other.issue();
    };
    const outcome = await ring.keys.revokeAll({ owner: "user:ada" });
    expect((outcome as { keys: readonly unknown[] }).keys).toHaveLength(2);
    expect(await ring.keys.list({ status: "active" })).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["neither", {}],
    ["both", { owner: "user:ada", scope: "notes:read" }],
    ["an owner that is none", { owner: "*" }],
    ["a scope with a wildcard", { scope: "**" }],
    ["an unknown member", { owner: "user:ada", all: true }],
  ])("are refused for %s: an absent name is not all", async (_, which) => {
    const ring = openKeyring();
    await ring.issue();
    expect(outcomeOf(await ring.keys.revokeAll(which as ManyKeys))).toBe("invalid");
    expect(await ring.keys.list({ status: "active" })).toHaveLength(1);
  });

  test("of another tenant are left alone", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database, tenant: "other" });
    await ring.issue();
    expect(await other.keys.revokeAll({ owner: "user:ada" })).toMatchObject({ keys: [] });
    expect(await ring.keys.list({ status: "active" })).toHaveLength(1);
  });
});
