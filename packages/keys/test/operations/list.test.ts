import { describe, expect, test } from "vitest";
import type { ListFilter } from "../../src/keys.ts";
import { openKeyring } from "./keyring.ts";

const day = 86_400_000;

test("the list is in the order in which the keys were issued", async () => {
  const ring = openKeyring();
  const ids: string[] = [];
  for (let count = 0; count < 20; count++) {
    ids.push((await ring.issue()).key.id);
    ring.clock.pass(1);
  }
  expect((await ring.keys.list()).map(({ id }) => id)).toEqual(ids);
});

test("all pages are in it", async () => {
  const ring = openKeyring();
  for (let count = 0; count < 1_001; count++) await ring.issue();
  expect(await ring.keys.list()).toHaveLength(1_001);
});

describe("a filter", () => {
  test.each<[string, ListFilter, readonly string[]]>([
    ["none", {}, ["a", "b", "c", "d"]],
    ["owner", { owner: "user:bob" }, ["b"]],
    ["status", { status: "revoked" }, ["d"]],
    ["scope", { scope: "notes:write" }, ["b", "c"]],
    ["end", { expiring: "14d" }, ["a"]],
    ["all of them", { owner: "user:ada", status: "active", scope: "notes:write" }, ["c"]],
  ])("by %s", async (_, filter, names) => {
    const ring = openKeyring();
    await ring.issue({ name: "a", expires: "14d" });
    await ring.issue({ name: "b", owner: "user:bob", scopes: ["notes:write"] });
    await ring.issue({ name: "c", scopes: ["notes:*"], expires: "15d" });
    const { key } = await ring.issue({ name: "d", expires: "1d" });
    await ring.keys.revoke(key.id);
    const found = await ring.keys.list(filter);
    expect(new Set(found.map(({ name }) => name))).toEqual(new Set(names));
  });

  test("by parent", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const { key: child } = await ring.issue({ parent: key.id });
    await ring.issue({ parent: child.id });
    expect(await ring.keys.list({ parent: key.id })).toEqual([child]);
  });

  test("leaves out what has expired already", async () => {
    const ring = openKeyring();
    await ring.issue({ expires: "1d" });
    ring.clock.pass(day);
    expect(await ring.keys.list({ expiring: "14d" })).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["an owner that is none", { owner: "ada" }],
    ["a scope with a wildcard", { scope: "**" }],
    ["a duration that is none", { expiring: "soon" }],
    ["an unknown status", { status: "gone" }],
    ["an unknown member", { name: "x" }],
    ["no object", "all"],
    ["a scope without end", { scope: "a:".repeat(5_000_000) }],
    ["an owner that was not found", { owner: undefined }],
  ])("that is malformed is refused: %s", async (_, filter) => {
    await expect(openKeyring().keys.list(filter as ListFilter)).rejects.toThrow(TypeError);
  });
});

describe("what is not shown", () => {
  test("keys of another tenant, by list or by id", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database, tenant: "other" });
    const { key } = await ring.issue();
    expect(await other.keys.list()).toEqual([]);
    expect(await other.keys.show(key.id)).toBeUndefined();
  });

  test("a row that names this tenant, but is sealed for another", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database, tenant: "other" });
    const { key } = await ring.issue();
    const stored = ring.database.keys.get(key.id)!;
    const body = stored.body.replace('"tenant":"default"', '"tenant":"other"');
    ring.database.keys.set(key.id, { ...stored, body });
    expect(await other.keys.list()).toEqual([]);
    expect(await other.keys.show(key.id)).toBeUndefined();
  });

  test("a record that was edited", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const stored = ring.database.keys.get(key.id)!;
    ring.database.keys.set(key.id, { ...stored, body: stored.body.replace("ada", "eve") });
    expect(await ring.keys.list()).toEqual([]);
    expect(await ring.keys.show(key.id)).toBeUndefined();
  });

  test("digests of secrets, and a time of last use that is none", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const stored = ring.database.keys.get(key.id)!;
    ring.database.keys.set(key.id, { ...stored, lastUsedAt: "<b>now</b>" });
    const [listed] = await ring.keys.list();
    expect(listed).toEqual(key);
    expect(Object.keys(listed!.secrets[0]!)).toEqual(["number", "createdAt"]);
  });
});

test("the last use is shown as it was written", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue();
  ring.database.touch([{ id: key.id, at: ring.clock.at(0) }]);
  expect(await ring.keys.show(key.id)).toEqual({ ...key, lastUsedAt: ring.clock.at(0) });
});

test.each([undefined, "", "short", 7, {}])("nothing has the id %o", async (id) => {
  expect(await openKeyring().keys.show(id as string)).toBeUndefined();
});
