import { describe, expect, test } from "vitest";
import type { DelegateRequest } from "../../src/keys.ts";
import { openKeyring, outcomeOf, wideMayGrant } from "./keyring.ts";

const hour = 3_600_000;

describe("what a child is", () => {
  test("owner, kind, audience and limits are the parent's where nothing else is said", async () => {
    const ring = openKeyring();
    const parent = await ring.issue({
      owner: "service:billing",
      kind: "ext",
      scopes: ["notes:read", "rows:read"],
      constraints: { dataset: ["sales", "hr"], tool: ["sql_query"] },
      expires: "2h",
    });
    const child = await ring.keys.delegate(parent.key.id, {
      scopes: ["rows:read"],
      constraints: { dataset: ["hr"] },
    });
    expect(child).toMatchObject({
      kind: "issued",
      key: {
        owner: "service:billing",
        kind: "ext",
        audience: "external",
        parent: parent.key.id,
        scopes: ["rows:read"],
        constraints: { dataset: ["hr"], tool: ["sql_query"] },
        expiresAt: ring.clock.at(2 * hour),
      },
    });
    expect(ring.audit.entries.at(-1)).toMatchObject({ event: "delegated", parent: parent.key.id });
  });

  test("an agent of somebody else can have a key below an internal one", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    expect(
      await ring.keys.delegate(key.id, {
        owner: "agent:planner",
        kind: "agt",
        scopes: ["notes:read"],
      }),
    ).toMatchObject({ key: { kind: "agt", owner: "agent:planner", audience: "internal" } });
  });
});

describe("refused", () => {
  test.each<[string, unknown, string, string | undefined]>([
    ["a scope that the parent lacks", { scopes: ["notes:write"] }, "exceeds_parent", "scopes"],
    ["a wildcard beyond the parent", { scopes: ["notes:*"] }, "exceeds_parent", "scopes"],
    [
      "a limit beyond the parent's",
      { scopes: ["notes:read"], constraints: { dataset: ["sales", "hr"] } },
      "exceeds_parent",
      "constraints",
    ],
    ["a longer life", { scopes: ["notes:read"], expires: "2d" }, "exceeds_parent", "expires"],
    ["no scopes: absent is not all", {}, "invalid", "scopes"],
    ["an empty list of scopes", { scopes: [] }, "invalid", "scopes"],
    ["another kind of audience", { scopes: ["notes:read"], kind: "ext" }, "invalid", "audience"],
    ["a management key", { kind: "mgt", mayGrant: wideMayGrant }, "invalid", "mayGrant"],
    ["another parent", { scopes: ["notes:read"], parent: "AbCdEfGhIjKl" }, "invalid", "parent"],
    ["an audience", { scopes: ["notes:read"], audience: "external" }, "invalid", "audience"],
    ["nothing", undefined, "invalid", undefined],
  ])("%s", async (_, request, code, field) => {
    const ring = openKeyring();
    const { key } = await ring.issue({ expires: "1d", constraints: { dataset: ["sales"] } });
    const outcome = await ring.keys.delegate(key.id, request as DelegateRequest);
    expect(outcome).toMatchObject({ code });
    expect((outcome as { field?: string }).field).toBe(field);
    expect(await ring.keys.list({ parent: key.id })).toEqual([]);
  });

  test.each(["revoke", "disable"] as const)("a child of a key after `%s`", async (operation) => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const { key: child } = await ring.issue({ parent: key.id });
    await ring.keys[operation](key.id);
    for (const parent of [key.id, child.id]) {
      const outcome = await ring.keys.delegate(parent, { scopes: ["notes:read"] });
      expect(outcomeOf(outcome)).toBe("parent_inactive");
    }
  });

  test("a child of an expired key", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ expires: "1h" });
    ring.clock.pass(hour);
    const outcome = await ring.keys.delegate(key.id, { scopes: ["notes:read"] });
    expect(outcomeOf(outcome)).toBe("parent_inactive");
  });

  test("a child of a management key", async () => {
    const ring = openKeyring();
    const { key } = await ring.manager();
    const outcome = await ring.keys.delegate(key.id, { kind: "int", scopes: ["notes:read"] });
    expect(outcome).toMatchObject({ code: "invalid", field: "parent" });
  });

  test("a key six below its root", async () => {
    const ring = openKeyring();
    let { id } = (await ring.issue()).key;
    for (let depth = 1; depth <= 5; depth++) {
      ({ id } = (await ring.issue({ parent: id })).key);
    }
    const outcome = await ring.keys.delegate(id, { scopes: ["notes:read"] });
    expect(outcomeOf(outcome)).toBe("too_deep");
  });

  test("what a key above the parent does not allow any more", async () => {
    const ring = openKeyring();
    const { key: root } = await ring.issue({ scopes: ["notes:*"] });
    const { key: parent } = await ring.issue({ scopes: ["notes:*"], parent: root.id });
    await ring.keys.update(root.id, { scopes: ["notes:write"] });
    const outcome = await ring.keys.delegate(parent.id, { scopes: ["notes:read"] });
    expect(outcomeOf(outcome)).toBe("exceeds_parent");
  });
});
