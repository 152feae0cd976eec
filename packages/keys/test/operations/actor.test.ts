import type { Principal } from "@scopeward/sdk";
import { describe, expect, test } from "vitest";
import type { IssueRequest, KeyChanges, Keys } from "../../src/keys.ts";
import type { MayGrant } from "../../src/record/key-record.ts";
import { type Keyring, openKeyring, outcomeOf, sample } from "./keyring.ts";

const narrow: MayGrant = {
  scopes: ["notes:*"],
  audiences: ["internal"],
  owners: ["user:ada", "service:*"],
  maxLifeSeconds: 3_600,
};

async function managed(mayGrant = narrow): Promise<Keyring & { readonly manager: Keys }> {
  const ring = openKeyring();
  const manager = ring.keys.as(await ring.manager(mayGrant));
  return { ...ring, manager } as never;
}

describe("a management key within its `mayGrant`", () => {
  test("issues, delegates, updates, rotates, disables, enables and revokes", async () => {
    const { manager, audit } = await managed();
    const issued = await manager.issue(sample({ expires: "1h" }));
    expect(outcomeOf(issued)).toBe("issued");
    const { key } = issued as Extract<typeof issued, { kind: "issued" }>;
    const outcomes = [
      await manager.delegate(key.id, { scopes: ["notes:read"] }),
      await manager.update(key.id, { scopes: ["notes:write"], expires: "59m" }),
      await manager.rotate(key.id),
      await manager.disable(key.id),
      await manager.enable(key.id),
      await manager.revoke(key.id),
    ];
    expect(outcomes.map(outcomeOf)).toEqual([
      "issued",
      "changed",
      "rotated",
      "ended",
      "changed",
      "ended",
    ]);
    expect(key.createdBy).toMatch(/^key:[0-9A-Za-z]{12}$/u);
    const actors = audit.entries.slice(1).map((entry) => entry["actor"]);
    expect(new Set(actors)).toEqual(new Set([key.createdBy]));
  });

  test("reads all keys, as the command line does", async () => {
    const ring = await managed();
    const { key } = await ring.issue({ owner: "user:bob" });
    expect(await ring.manager.show(key.id)).toEqual(key);
    expect(await ring.manager.list({ owner: "user:bob" })).toEqual([key]);
  });
});

describe("issuing beyond it", () => {
  test.each<[string, Partial<IssueRequest>]>([
    ["a scope outside", { scopes: ["rows:read"], constraints: { dataset: ["a"] } }],
    ["a wider wildcard", { scopes: ["**"] }],
    ["another owner", { owner: "user:bob" }],
    ["another audience", { kind: "ext" }],
    ["a longer life", { expires: "61m" }],
    ["no end", {}],
    ["a management key", { kind: "mgt", mayGrant: narrow }],
  ])("%s", async (_, changes) => {
    const ring = await managed();
    const { scopes, ...rest } = sample({ expires: "1h", ...changes });
    const request = changes.kind === "mgt" ? rest : { ...rest, scopes: scopes! };
    const wanted = Object.keys(changes).length === 0 ? sample() : request;
    const head = ring.database.head;
    expect(outcomeOf(await ring.manager.issue(wanted))).toBe("exceeds_authority");
    expect(ring.database.head).toBe(head);
  });

  test("an empty list allows nothing of its kind", async () => {
    for (const empty of ["scopes", "audiences", "owners"] as const) {
      const { manager } = await managed({ ...narrow, [empty]: [] });
      expect(outcomeOf(await manager.issue(sample({ expires: "1h" })))).toBe("exceeds_authority");
    }
  });
});

describe("changing a key beyond it", () => {
  const changes: readonly [string, KeyChanges][] = [
    ["a scope more", { scopes: ["notes:read", "rows:read"], constraints: { dataset: ["a"] } }],
    ["no end", { expires: null }],
    ["a later end", { expires: "2h" }],
  ];
  test.each(changes)("%s", async (_, change) => {
    const ring = await managed();
    const { key } = await ring.issue({ expires: "1h" });
    expect(outcomeOf(await ring.manager.update(key.id, change))).toBe("exceeds_authority");
    expect(await ring.keys.show(key.id)).toEqual(key);
  });

  test("removing a constraint needs what issuing without it needs", async () => {
    const ring = await managed();
    const { key: within } = await ring.issue({ constraints: { tool: [] }, expires: "1h" });
    expect(outcomeOf(await ring.manager.update(within.id, { constraints: {} }))).toBe("changed");
    const { key: beyond } = await ring.issue({
      scopes: ["**"],
      constraints: { tool: [] },
      expires: "1h",
    });
    const outcome = await ring.manager.update(beyond.id, { constraints: {} });
    expect(outcomeOf(outcome)).toBe("exceeds_authority");
  });

  test("a key that holds more is not rotated, enabled or renamed, but ended", async () => {
    const ring = await managed();
    const { key } = await ring.issue({ scopes: ["**"], expires: "1h" });
    expect(outcomeOf(await ring.manager.rotate(key.id))).toBe("exceeds_authority");
    expect(outcomeOf(await ring.manager.update(key.id, { name: "x" }))).toBe("exceeds_authority");
    expect(outcomeOf(await ring.manager.disable(key.id))).toBe("ended");
    expect(outcomeOf(await ring.manager.enable(key.id))).toBe("exceeds_authority");
    expect(outcomeOf(await ring.manager.revoke(key.id))).toBe("ended");
  });

  test("what a parent holds back now counts as held: the parent may be widened later", async () => {
    const ring = await managed();
    const { key: parent } = await ring.issue({ scopes: ["**"] });
    const { key } = await ring.issue({ parent: parent.id, scopes: ["**"], expires: "1h" });
    await ring.keys.update(parent.id, { scopes: ["notes:*"] });
    expect(outcomeOf(await ring.manager.rotate(key.id))).toBe("exceeds_authority");
  });

  test("a key of somebody else is not touched at all", async () => {
    const ring = await managed();
    const { key } = await ring.issue({ owner: "user:bob", expires: "1h" });
    const outcomes = [
      await ring.manager.update(key.id, { name: "x" }),
      await ring.manager.rotate(key.id),
      await ring.manager.disable(key.id),
      await ring.manager.enable(key.id),
      await ring.manager.revoke(key.id),
    ];
    expect(new Set(outcomes.map(outcomeOf))).toEqual(new Set(["exceeds_authority"]));
    expect(await ring.keys.show(key.id)).toEqual(key);
  });

  test("itself and other management keys are out of reach", async () => {
    const ring = openKeyring();
    const principal = await ring.manager();
    const { key: other } = await ring.manager();
    const manager = ring.keys.as(principal);
    for (const id of [principal.key.id, other.id]) {
      const outcomes = [
        await manager.update(id, { mayGrant: narrow }),
        await manager.update(id, { expires: "1h" }),
        await manager.rotate(id),
        await manager.disable(id),
        await manager.revoke(id),
      ];
      expect(new Set(outcomes.map(outcomeOf))).toEqual(new Set(["exceeds_authority"]));
    }
  });

  test("ending many is refused as a whole when one is out of reach", async () => {
    const ring = await managed();
    await ring.issue({ expires: "1h" });
    await ring.issue({ owner: "user:bob", expires: "1h" });
    const outcome = await ring.manager.revokeAll({ scope: "notes:read" });
    expect(outcomeOf(outcome)).toBe("exceeds_authority");
    expect(await ring.keys.list({ status: "active", scope: "notes:read" })).toHaveLength(2);
    expect(await ring.manager.revokeAll({ owner: "user:ada" })).toMatchObject({ kind: "ended" });
  });
});

describe("who is no management key", () => {
  test("cannot change anything", async () => {
    const ring = openKeyring();
    const { key, token } = await ring.issue({ scopes: ["**"] });
    const verification = await ring.keys.verify(token.reveal());
    const { principal } = verification as { principal: Principal };
    const holder = ring.keys.as(principal);
    const outcomes = [
      await holder.issue(sample()),
      await holder.delegate(key.id, { scopes: ["notes:read"] }),
      await holder.update(key.id, { name: "x" }),
      await holder.rotate(key.id),
      await holder.revoke(key.id),
    ];
    expect(new Set(outcomes.map(outcomeOf))).toEqual(new Set(["exceeds_authority"]));
  });

  test("a principal that nobody verified is none", async () => {
    const ring = openKeyring();
    const real = await ring.manager();
    for (const forged of [{ ...real }, JSON.parse(JSON.stringify(real)), {}, undefined]) {
      const outcome = await ring.keys.as(forged as Principal).issue(sample({ expires: "1h" }));
      expect(outcomeOf(outcome)).toBe("exceeds_authority");
    }
  });

  test("what is no management key, or is one no more, reads no keys", async () => {
    const ring = openKeyring();
    const { key, token } = await ring.issue();
    const manager = await ring.manager();
    await ring.keys.revoke(manager.key.id);
    const verification = await ring.keys.verify(token);
    const holder = verification.outcome === "verified" ? verification.principal : undefined;
    for (const stranger of [holder, manager, {}, undefined]) {
      const view = ring.keys.as(stranger as Principal);
      for (const read of [view.list(), view.show(key.id), view.lint()]) {
        await expect(read).rejects.toMatchObject({ code: "not_allowed" });
      }
    }
  });

  test("an attenuated principal does not manage: nothing says what would be left", async () => {
    const ring = openKeyring();
    const less = (await ring.manager()).attenuate({ scopes: [] });
    const outcome = await ring.keys.as(less).issue(sample({ expires: "1h" }));
    expect(outcomeOf(outcome)).toBe("exceeds_authority");
  });

  test("a management key of another tenant is none here", async () => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database, tenant: "other" });
    const outcome = await other.keys.as(await ring.manager()).issue(sample({ expires: "1h" }));
    expect(outcomeOf(outcome)).toBe("exceeds_authority");
  });
});

describe("a management key that changes after it was verified", () => {
  test.each<[string, (ring: Keyring, id: string) => Promise<unknown>]>([
    ["revoked", async ({ keys }, id) => await keys.revoke(id)],
    ["disabled", async ({ keys }, id) => await keys.disable(id)],
    ["expired", async ({ clock }) => clock.pass(91 * 86_400_000)],
    [
      "narrowed",
      async ({ keys }, id) => await keys.update(id, { mayGrant: { ...narrow, scopes: [] } }),
    ],
  ])("does not manage any more: %s", async (_, end) => {
    const ring = openKeyring();
    const principal = await ring.manager();
    await end(ring, principal.key.id);
    const outcome = await ring.keys.as(principal).issue(sample({ expires: "1h" }));
    expect(outcomeOf(outcome)).toBe("exceeds_authority");
  });

  test("is asked of the authority, not of what this node knows", async () => {
    const ring = openKeyring({ propagation: "polled" });
    const other = openKeyring({ database: ring.database, propagation: "polled" });
    const principal = await ring.manager();
    // As if the hint of the other node were lost.
    ring.database.listeners.clear();
    await other.keys.revoke(principal.key.id);
    const outcome = await ring.keys.as(principal).issue(sample({ expires: "1h" }));
    expect(outcomeOf(outcome)).toBe("exceeds_authority");
  });

  test.each<[string, (keys: Keys, id: string) => Promise<{ readonly kind: string }>]>([
    ["issue", async (keys) => await keys.issue(sample({ expires: "1h" }))],
    ["update", async (keys, id) => await keys.update(id, { expires: "2h" })],
    ["rotate", async (keys, id) => await keys.rotate(id)],
    ["revoke", async (keys, id) => await keys.revoke(id)],
    ["revokeAll", async (keys) => await keys.revokeAll({ owner: "user:ada" })],
  ])("by the time of the commit: %s is a conflict", async (_, change) => {
    const ring = openKeyring();
    const other = openKeyring({ database: ring.database });
    const principal = await ring.manager();
    const { key } = await ring.issue({ expires: "1h" });
    ring.beforeCommit = async () => void (await other.keys.revoke(principal.key.id));
    expect(outcomeOf(await change(ring.keys.as(principal), key.id))).toBe("conflict");
    expect(await ring.keys.show(key.id)).toEqual(key);
    expect(await ring.keys.list({ owner: "user:ada" })).toHaveLength(1);
  });
});
