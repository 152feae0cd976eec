import { describe, expect, test } from "vitest";
import type { IssueRequest } from "../../src/keys.ts";
import { KeyStoreError } from "../../src/store/key-store.ts";
import { parseToken } from "../../src/token/token.ts";
import { openKeyring, outcomeOf, sample, wideMayGrant } from "./keyring.ts";

const hour = 3_600_000;
const day = 24 * hour;

describe("what a new key is", () => {
  test("its token is that of its record, and works at once", async () => {
    const ring = openKeyring();
    const { key, token } = await ring.issue({ name: "reports", notes: "for ada" });
    expect(parseToken(token.reveal())).toMatchObject({ kind: "int", id: key.id });
    expect(key).toMatchObject({
      tenant: "default",
      owner: "user:ada",
      kind: "int",
      audience: "internal",
      name: "reports",
      notes: "for ada",
      scopes: ["notes:read"],
      constraints: {},
      status: "active",
      createdBy: "local",
      version: 1,
      secrets: [{ number: 1 }],
    });
    expect(await ring.verify({ token })).toBe("verified");
    expect(await ring.keys.show(key.id)).toEqual(key);
  });

  test.each<[Partial<IssueRequest>, string, string]>([
    [{}, "int", "internal"],
    [{ audience: "internal" }, "int", "internal"],
    [{ audience: "external" }, "ext", "external"],
    [{ kind: "ext" }, "ext", "external"],
    [{ kind: "agt" }, "agt", "internal"],
    [{ kind: "agt", audience: "external" }, "agt", "external"],
  ])("%j is of kind %s and %s", async (request, kind, audience) => {
    expect((await openKeyring().issue(request)).key).toMatchObject({ kind, audience });
  });

  test.each<[Partial<IssueRequest>, number | undefined]>([
    [{}, undefined],
    [{ kind: "ext" }, 90 * day],
    [{ kind: "agt" }, day],
    [{ expires: "1h" }, hour],
    [{ kind: "agt", expires: "24h" }, day],
    [{ expires: "2026-02-01T13:00:00+01:00" }, day],
  ])("%j ends after %s ms", async (request, life) => {
    const ring = openKeyring();
    const { key } = await ring.issue(request);
    expect(key.expiresAt).toBe(life === undefined ? undefined : ring.clock.at(life));
  });

  test("a management key has no scopes, and ends after 90 days", async () => {
    const ring = openKeyring();
    const issued = await ring.keys.issue({
      owner: "user:root",
      kind: "mgt",
      mayGrant: wideMayGrant,
    });
    expect(issued).toMatchObject({
      key: { kind: "mgt", audience: "internal", scopes: [], expiresAt: ring.clock.at(90 * day) },
    });
  });
});

describe("refused, and nothing is issued", () => {
  test.each<[string, unknown, string, string | undefined]>([
    ["no object", "user:ada", "invalid", undefined],
    ["no owner", { scopes: ["notes:read"] }, "invalid", "owner"],
    ["no scopes", { owner: "user:ada" }, "invalid", "scopes"],
    ["an empty list of scopes", sample({ scopes: [] }), "invalid", "scopes"],
    ["an unknown member", { ...sample(), status: "active" }, "invalid", "status"],
    [
      "an internal key for outside",
      sample({ kind: "int", audience: "external" }),
      "invalid",
      "audience",
    ],
    [
      "an external key for inside",
      sample({ kind: "ext", audience: "internal" }),
      "invalid",
      "audience",
    ],
    ["an agent's key of two days", sample({ kind: "agt", expires: "2d" }), "invalid", "expires"],
    ["an end that is past", sample({ expires: "2025-01-01T00:00:00Z" }), "invalid", "expires"],
    ["an end that is no time", sample({ expires: "soon" }), "invalid", "expires"],
    ["an end in eleven years", sample({ expires: "4015d" }), "invalid", "expires"],
    ["a start after its end", sample({ expires: "1h", notBefore: "2h" }), "invalid", "notBefore"],
    ["`mayGrant` of a key that calls", sample({ mayGrant: wideMayGrant }), "invalid", "mayGrant"],
    [
      "a management key without `mayGrant`",
      { owner: "user:ada", kind: "mgt" },
      "invalid",
      "mayGrant",
    ],
    [
      "a management key with scopes",
      sample({ kind: "mgt", mayGrant: wideMayGrant }),
      "invalid",
      "scopes",
    ],
    [
      "an external management key",
      { owner: "user:ada", kind: "mgt", audience: "external", mayGrant: wideMayGrant },
      "invalid",
      "audience",
    ],
    ["a scope that no policy has", sample({ scopes: ["notes:erase"] }), "scope_unknown", "scopes"],
    [
      "a scope that is not for outside",
      sample({ kind: "ext", scopes: ["notes:write"] }),
      "scope_audience",
      "scopes",
    ],
    [
      "a scope without its constraint",
      sample({ scopes: ["rows:read"] }),
      "constraint_missing",
      "constraints",
    ],
    ["a parent that is not there", sample({ parent: "AbCdEfGhIjKl" }), "key_unknown", "parent"],
    [
      "more than a record can hold",
      sample({
        constraints: { dataset: Array.from({ length: 500 }, (_, i) => `${i}`.padEnd(250)) },
      }),
      "invalid",
      undefined,
    ],
  ])("%s", async (_, request, code, field) => {
    const ring = openKeyring();
    const outcome = await ring.keys.issue(request as IssueRequest);
    expect(outcome).toMatchObject({ kind: "refused", code });
    expect((outcome as { field?: string }).field).toBe(field);
    expect(ring.database.head).toBe(0);
  });

  test("without policies", async () => {
    const ring = openKeyring();
    ring.catalogue = undefined;
    expect(outcomeOf(await ring.keys.issue(sample()))).toBe("catalogue_unavailable");
  });
});

describe("the same request twice", () => {
  test("issues one key, and shows its token once", async () => {
    const ring = openKeyring();
    const first = await ring.issue({ idempotencyKey: "a" });
    const second = await ring.keys.issue(sample({ idempotencyKey: "a" }));
    expect(second).toEqual({ kind: "replayed", key: first.key });
    expect(ring.database.head).toBe(1);
  });

  test("issues one key also when both are under way at once", async () => {
    const ring = openKeyring();
    const outcomes = await Promise.all(
      [1, 2, 3].map(async () => await ring.keys.issue(sample({ idempotencyKey: "a" }))),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["issued", "replayed", "replayed"]);
  });

  test("is refused when it is another request", async () => {
    const ring = openKeyring();
    await ring.issue({ idempotencyKey: "a" });
    const outcome = await ring.keys.issue(sample({ idempotencyKey: "a", owner: "user:bob" }));
    expect(outcomeOf(outcome)).toBe("idempotency_mismatch");
  });

  test("is one for each actor: nobody learns what another one made", async () => {
    const ring = openKeyring();
    const manager = ring.keys.as(await ring.manager());
    await ring.issue({ idempotencyKey: "a", expires: "1h" });
    const outcome = await manager.issue(sample({ idempotencyKey: "a", expires: "1h" }));
    expect(outcomeOf(outcome)).toBe("issued");
  });

  test("leaves neither the key of the request nor the request in the store", async () => {
    const ring = openKeyring();
    let seen = "";
    const commit = ring.database.commit.bind(ring.database);
    ring.database.commit = (given) => {
      seen += JSON.stringify(given.idempotency);
      return commit(given);
    };
    await ring.issue({ idempotencyKey: "secret-text" });
    expect(seen).toContain("digest");
    expect(seen).not.toContain("secret-text");
  });
});

describe("the audit log", () => {
  test("has the entry before the token is handed out", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ expires: "1h" });
    expect(ring.audit.entries).toMatchObject([
      {
        type: "key",
        event: "issued",
        keyId: key.id,
        owner: "user:ada",
        actor: "local",
        tenant: "default",
        version: 1,
        sequence: 1,
        source: ring.database.storeId,
      },
    ]);
  });

  test("that cannot take an entry lets nothing be issued", async () => {
    const ring = openKeyring();
    ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.issue(sample()))).toBe("audit_unavailable");
    expect(ring.database.head).toBe(0);
  });

  test("that fails after the commit leaves a key that is revoked", async () => {
    const ring = openKeyring();
    ring.beforeCommit = () => ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.issue(sample()))).toBe("audit_unavailable");
    expect(await ring.keys.list()).toMatchObject([{ status: "revoked", version: 2 }]);
    expect(ring.audit.entries).toEqual([]);
  });
});

test("a parent that is changed while its child is issued is a conflict", async () => {
  const ring = openKeyring();
  const other = openKeyring({ database: ring.database });
  const parent = await ring.issue({ scopes: ["notes:*"] });
  ring.beforeCommit = async () => {
    expect(outcomeOf(await other.keys.update(parent.key.id, { name: "seen" }))).toBe("changed");
  };
  const outcome = await ring.keys.issue(sample({ parent: parent.key.id }));
  expect(outcomeOf(outcome)).toBe("conflict");
  expect(await ring.keys.list({ parent: parent.key.id })).toEqual([]);
});

test("a store that fails is a fault of the keys, which says why", async () => {
  const ring = openKeyring();
  await ring.issue();
  ring.database.failure = new KeyStoreError("not_writable", "disk full");
  await expect(ring.keys.issue(sample())).rejects.toMatchObject({ code: "store_unavailable" });
  ring.database.failure = undefined;
  expect(await ring.keys.list()).toHaveLength(1);
  await ring.issue();
});
