import { describe, expect, test } from "vitest";
import type { Issued, KeyChanges } from "../../src/keys.ts";
import type { Catalogue } from "@scopeward/core";
import { referenceCatalogue } from "../reference-catalogue.ts";
import { openKeyring, outcomeOf, sample, wideMayGrant } from "./keyring.ts";

const day = 86_400_000;

/** Without the scopes of a feature. */
function without(feature: string): Catalogue {
  const scopes = Object.entries(referenceCatalogue.scopes).filter(
    ([, scope]) => scope.feature !== feature,
  );
  return { ...referenceCatalogue, scopes: Object.fromEntries(scopes) };
}

describe("what is changed", () => {
  test("what is named is changed, `null` removes, the rest stays", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ name: "a", notes: "b", expires: "1d", notBefore: "1h" });
    const outcome = await ring.keys.update(key.id, {
      scopes: ["notes:read", "notes:write"],
      constraints: { tool: ["search_notes"] },
      name: null,
      notes: "c",
      expires: null,
      notBefore: null,
    });
    const { name: _, notBefore: __, expiresAt: ___, ...rest } = key;
    expect(outcome).toEqual({
      kind: "changed",
      key: {
        ...rest,
        scopes: ["notes:read", "notes:write"],
        constraints: { tool: ["search_notes"] },
        notes: "c",
        version: 2,
      },
    });
    expect(await ring.keys.show(key.id)).toEqual((outcome as { key: unknown }).key);
  });

  test("a change that changes nothing is no new version", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    expect(await ring.keys.update(key.id, { scopes: ["notes:read"] })).toEqual({
      kind: "changed",
      key,
    });
    expect(ring.database.head).toBe(1);
  });

  test("a verification after it sees it", async () => {
    const ring = openKeyring();
    const { key, token } = await ring.issue({ scopes: ["notes:*"] });
    await ring.keys.update(key.id, { scopes: ["notes:write"] });
    const verification = await ring.keys.verify(token.reveal());
    expect(verification).toMatchObject({ principal: { key: { scopes: ["notes:write"] } } });
  });

  test("`mayGrant` of a management key", async () => {
    const ring = openKeyring();
    const { key } = await ring.manager();
    const mayGrant = { ...wideMayGrant, scopes: [] };
    expect(await ring.keys.update(key.id, { mayGrant })).toMatchObject({ key: { mayGrant } });
  });
});

describe("refused, and nothing is changed", () => {
  test.each<[string, unknown, string, string | undefined]>([
    ["no object", null, "invalid", undefined],
    ["another owner", { owner: "user:eve" }, "invalid", "owner"],
    ["another parent", { parent: "AbCdEfGhIjKl" }, "invalid", "parent"],
    ["another kind", { kind: "mgt" }, "invalid", "kind"],
    ["a status", { status: "active" }, "invalid", "status"],
    ["no scopes", { scopes: [] }, "invalid", "scopes"],
    ["`null` for scopes", { scopes: null }, "invalid", "scopes"],
    ["`mayGrant`", { mayGrant: wideMayGrant }, "invalid", "mayGrant"],
    ["an unknown scope", { scopes: ["notes:erase"] }, "scope_unknown", "scopes"],
    ["a scope for inside", { scopes: ["notes:write"] }, "scope_audience", "scopes"],
    [
      "a scope without its constraint",
      { scopes: ["rows:read"] },
      "constraint_missing",
      "constraints",
    ],
    ["no end", { expires: null }, "invalid", "expires"],
    ["a start after the end", { notBefore: "100d" }, "invalid", "notBefore"],
    ["another version", { name: "x", version: 2 }, "conflict", "version"],
  ])("%s, for an external key", async (_, changes, code, field) => {
    const ring = openKeyring();
    const { key } = await ring.issue({ kind: "ext" });
    const outcome = await ring.keys.update(key.id, changes as KeyChanges);
    expect(outcome).toMatchObject({ code });
    expect((outcome as { field?: string }).field).toBe(field);
    expect(await ring.keys.show(key.id)).toEqual(key);
  });

  test("a revoked key", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    await ring.keys.revoke(key.id);
    expect(outcomeOf(await ring.keys.update(key.id, { name: "x" }))).toBe("key_revoked");
  });

  test("an agent's key beyond a day from its first", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ kind: "agt", expires: "1h" });
    expect(outcomeOf(await ring.keys.update(key.id, { expires: "24h" }))).toBe("changed");
    ring.clock.pass(1_000);
    expect(await ring.keys.update(key.id, { expires: "24h" })).toMatchObject({ field: "expires" });
  });

  test.each<[string, KeyChanges, string]>([
    ["a scope", { scopes: ["notes:write"] }, "scopes"],
    ["a wildcard", { scopes: ["**"] }, "scopes"],
    ["a constraint left out", { constraints: {} }, "constraints"],
    ["a wider constraint", { constraints: { dataset: ["sales", "hr"] } }, "constraints"],
    ["another type of constraint", { constraints: { dataset: "sales" } }, "constraints"],
    ["a later end", { expires: "2d" }, "expires"],
    ["no end", { expires: null }, "expires"],
  ])("%s beyond the parent", async (_, changes, field) => {
    const ring = openKeyring();
    const constraints = { dataset: ["sales"] };
    const { key: parent } = await ring.issue({ constraints, expires: "1d" });
    const { key } = await ring.issue({ parent: parent.id, expires: "1h" });
    expect(await ring.keys.update(key.id, changes)).toMatchObject({
      code: "exceeds_parent",
      field,
    });
    expect(await ring.keys.show(key.id)).toEqual(key);
  });

  test("a scope that the policies do not have any more, but only when scopes are looked at", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({
      scopes: ["notes:read", "rows:read"],
      constraints: { dataset: ["a"] },
    });
    ring.catalogue = without("notes");
    expect(outcomeOf(await ring.keys.update(key.id, { name: "x" }))).toBe("changed");
    expect(outcomeOf(await ring.keys.update(key.id, { expires: "1d" }))).toBe("scope_unknown");
    expect(outcomeOf(await ring.keys.update(key.id, { scopes: ["rows:read"] }))).toBe("changed");
  });
});

test("of two updates at once one wins, the other gets conflict", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue();
  const outcomes = await Promise.all(
    ["a", "b"].map(async (name) => await ring.keys.update(key.id, { name })),
  );
  expect(outcomes.map(outcomeOf).toSorted()).toEqual(["changed", "conflict"]);
});

test("an update that races with a revocation never brings the key back", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue();
  ring.beforeCommit = async () => {
    ring.beforeCommit = () => {};
    await ring.keys.revoke(key.id);
  };
  expect(outcomeOf(await ring.keys.update(key.id, { name: "x" }))).toBe("conflict");
  expect((await ring.keys.show(key.id))?.status).toBe("revoked");
});

describe("the audit log", () => {
  const widening: readonly [string, KeyChanges][] = [
    ["a scope more", { scopes: ["notes:read", "notes:write"] }],
    ["a wildcard", { scopes: ["notes:*"] }],
    ["a constraint left out", { constraints: { tool: ["search_notes"] } }],
    ["a constraint with more", { constraints: { dataset: ["a", "b"], tool: ["search_notes"] } }],
    ["a later end", { expires: "3d" }],
    ["no end", { expires: null }],
    ["an earlier start", { notBefore: "1m" }],
    ["no start", { notBefore: null }],
    ["one more and one less", { scopes: ["notes:write"] }],
  ];
  const request = {
    constraints: { dataset: ["a"], tool: ["search_notes"] },
    expires: "2d",
    notBefore: "1h",
  };

  test.each(widening)("must take what widens: %s", async (_, changes) => {
    const ring = openKeyring();
    const { key } = await ring.issue(request);
    ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.update(key.id, changes))).toBe("audit_unavailable");
    expect(await ring.keys.show(key.id)).toEqual(key);
  });

  test.each(widening)("that fails after the commit: %s is put back", async (_, changes) => {
    const ring = openKeyring();
    const { key } = await ring.issue(request);
    ring.beforeCommit = () => ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.update(key.id, changes))).toBe("audit_unavailable");
    expect(await ring.keys.show(key.id)).toEqual({ ...key, version: 3 });
  });

  test("that fails after the commit leaves alone what another process made of the key meanwhile", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const { key } = await ring.issue({ scopes: ["notes:*"] });
    let commits = 0;
    ring.beforeCommit = async () => {
      ring.audit.fail("disk full");
      if (++commits === 2) await other.keys.update(key.id, { scopes: ["notes:read"] });
    };
    await ring.keys.update(key.id, { scopes: ["**"] });
    expect(await ring.keys.show(key.id)).toMatchObject({ scopes: ["notes:read"], version: 3 });
  });

  test("that fails after the commit leaves nothing of it in force, whatever else was changed meanwhile", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const { key } = await ring.issue({ expires: "2d" });
    let commits = 0;
    ring.beforeCommit = async () => {
      ring.audit.fail("disk full");
      if (++commits === 2) await other.keys.update(key.id, { expires: "1d" });
    };
    await ring.keys.update(key.id, { scopes: ["**"], notBefore: "1h" });
    expect(await ring.keys.show(key.id)).toEqual({
      ...key,
      expiresAt: ring.clock.at(86_400_000),
      version: 4,
    });
  });

  test.each<[string, KeyChanges]>([
    ["less", { scopes: ["notes:read"] }],
    ["one more constraint", { constraints: { dataset: ["a"] } }],
    ["an earlier end", { expires: "1h" }],
    ["a name", { name: "x" }],
  ])("may be away for what narrows: %s", async (_, changes) => {
    const ring = openKeyring();
    const { key } = await ring.issue({ scopes: ["notes:read", "notes:write"], expires: "1d" });
    ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.update(key.id, changes))).toBe("changed");
  });

  test("has what was and what is, of authority; of texts only that they changed", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ name: "old text" });
    await ring.keys.update(key.id, { scopes: ["notes:write"], expires: "1d", name: "new text" });
    const entry = ring.audit.entries.at(-1);
    expect(entry).toMatchObject({
      event: "updated",
      version: 2,
      changes: {
        scopes: { before: ["notes:read"], after: ["notes:write"] },
        expiresAt: { before: null, after: ring.clock.at(day) },
        name: {},
      },
    });
    expect(JSON.stringify(entry)).not.toContain("text");
  });
});

test("notes leave room to rotate a key and to revoke it with the longest reason", async () => {
  const ring = openKeyring();
  const text = "漢".repeat(4_096);
  let size = 200;
  const constraints = (): Record<string, readonly string[]> =>
    Object.fromEntries(Array.from({ length: size }, (_, at) => [`c${at}`, ["x".repeat(250)]]));
  let outcome = await ring.keys.issue(sample({ constraints: constraints() }));
  while (outcome.kind === "refused" && size-- > 0) {
    outcome = await ring.keys.issue(sample({ constraints: constraints() }));
  }
  const { id } = (outcome as Issued).key;
  expect(outcomeOf(await ring.keys.update(id, { notes: text }))).toBe("invalid");
  expect(outcomeOf(await ring.keys.rotate(id))).toBe("rotated");
  expect(outcomeOf(await ring.keys.revoke(id, { reason: text }))).toBe("ended");
});
