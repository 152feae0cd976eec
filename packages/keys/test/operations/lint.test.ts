import { describe, expect, test } from "vitest";
import type { LintRule, LintSources } from "../../src/operations/lint-finding.ts";
import { referenceCatalogue } from "../reference-catalogue.ts";
import { type Keyring, openKeyring } from "./keyring.ts";

const day = 86_400_000;

async function rules({ keys }: Keyring): Promise<readonly LintRule[]> {
  return (await keys.lint()).map(({ rule }) => rule);
}

test("nothing is said of a key that is as it should be", async () => {
  const ring = openKeyring();
  await ring.issue({ expires: "60d" });
  expect(await ring.keys.lint()).toEqual([]);
});

describe("the end of a key", () => {
  test.each<[string | undefined, readonly LintRule[]]>([
    [undefined, ["no_expiry"]],
    ["1d", ["expiring_1d"]],
    ["2d", ["expiring_7d"]],
    ["7d", ["expiring_7d"]],
    ["8d", ["expiring_14d"]],
    ["14d", ["expiring_14d"]],
    ["15d", []],
  ])("%s: %j", async (expires, expected) => {
    const ring = openKeyring();
    await ring.issue(expires === undefined ? {} : { expires });
    expect(await rules(ring)).toEqual(expected);
  });

  test("nothing is said of an agent's, which always is near", async () => {
    const ring = openKeyring();
    await ring.issue({ kind: "agt" });
    expect(await rules(ring)).toEqual([]);
  });
});

describe("how long a key was not used", () => {
  test.each<[number, readonly LintRule[]]>([
    [29, []],
    [30, ["unused_30d"]],
    [89, ["unused_30d"]],
    [90, ["unused_90d"]],
  ])("%s days after it was issued: %j", async (days, expected) => {
    const ring = openKeyring();
    await ring.issue({ expires: "200d" });
    ring.clock.pass(days * day);
    expect(await rules(ring)).toEqual(expected);
  });

  test("counts from the last use", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ expires: "200d" });
    ring.clock.pass(89 * day);
    ring.database.touch([{ id: key.id, at: ring.clock.at(0) }]);
    ring.clock.pass(2 * day);
    expect(await rules(ring)).toEqual([]);
  });
});

describe("grants", () => {
  test("each wildcard", async () => {
    const ring = openKeyring();
    await ring.issue({ expires: "60d", scopes: ["notes:*", "notes:read"] });
    expect(await rules(ring)).toEqual(["grant_wildcard"]);
  });

  test("that no policy declares any more", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ expires: "60d", scopes: ["notes:read", "notes:write"] });
    const { "notes:read": kept } = referenceCatalogue.scopes;
    ring.catalogue = { ...referenceCatalogue, scopes: { "notes:read": kept! } };
    expect(await ring.keys.lint()).toMatchObject([
      { rule: "scope_unknown", keyId: key.id, owner: "user:ada" },
    ]);
    ring.catalogue = { ...referenceCatalogue, scopes: {} };
    expect(await rules(ring)).toEqual(["scope_unknown", "scope_unknown", "covers_nothing"]);
  });

  test.each<[string, object]>([
    ["are closed to its audience", { audiences: ["external"] }],
    ["require a constraint that it lacks", { requires: ["dataset"] }],
  ])("that cover nothing, because all scopes %s", async (_, change) => {
    const ring = openKeyring();
    await ring.issue({ expires: "60d" });
    const scope = { ...referenceCatalogue.scopes["notes:read"]!, ...change };
    ring.catalogue = { ...referenceCatalogue, scopes: { "notes:read": scope } };
    expect(await rules(ring)).toEqual(["covers_nothing"]);
  });

  test("beside a constraint that no policy declares", async () => {
    const ring = openKeyring();
    const constraints = { tools: ["search_notes"], tool: ["search_notes"], dataset: ["sales"] };
    const { key } = await ring.issue({ expires: "60d", constraints });
    expect(await ring.keys.lint()).toMatchObject([
      { rule: "constraint_unknown", keyId: key.id, message: expect.stringContaining("`tools`") },
    ]);
  });

  test("that a parent leaves nothing of, or that have its constraint", async () => {
    const ring = openKeyring();
    const { key: parent } = await ring.issue({ scopes: ["notes:*"], expires: "60d" });
    const { key } = await ring.issue({ parent: parent.id, expires: "60d" });
    await ring.keys.update(parent.id, { scopes: ["notes:write"] });
    expect(await ring.keys.lint()).toMatchObject([{ rule: "covers_nothing", keyId: key.id }]);
  });

  test("are not looked at without policies", async () => {
    const ring = openKeyring();
    await ring.issue({ expires: "60d" });
    ring.catalogue = undefined;
    expect(await rules(ring)).toEqual([]);
  });
});

describe("keys that are not looked at", () => {
  test("revoked and expired ones; disabled ones are, and management keys have no grants", async () => {
    const ring = openKeyring();
    const { key: revoked } = await ring.issue();
    await ring.keys.revoke(revoked.id);
    await ring.issue({ expires: "1h" });
    const { key: disabled } = await ring.issue();
    await ring.keys.disable(disabled.id);
    await ring.manager();
    ring.clock.pass(day);
    expect(await ring.keys.lint()).toMatchObject([{ rule: "no_expiry", keyId: disabled.id }]);
  });
});

describe("the store", () => {
  test("an edited record is told by its id alone", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue({ expires: "60d" });
    const stored = ring.database.keys.get(key.id)!;
    ring.database.keys.set(key.id, { ...stored, body: stored.body.replace("ada", "eve") });
    expect(await ring.keys.lint()).toEqual([
      { rule: "record_invalid", keyId: key.id, message: expect.any(String) },
    ]);
  });

  test("that is behind the audit log was put back", async () => {
    const ring = openKeyring();
    await ring.issue({ expires: "60d" });
    await ring.audit.append([
      {
        id: "later",
        type: "key",
        time: ring.clock.at(0),
        tenant: "default",
        source: ring.database.storeId,
        sequence: 7,
      },
    ]);
    expect(await rules(ring)).toEqual(["store_rolled_back"]);
  });
});

test("a log that cannot be read is told: whether keys were revived is not known then", async () => {
  const ring = openKeyring();
  ring.audit.highestSequence = () => Promise.resolve(undefined);
  expect(await rules(ring)).toEqual(["log_unreadable"]);
});

test("a record under a pepper that is missing is told, and those beside it are looked at", async () => {
  const ring = openKeyring();
  const { id } = (await ring.issue({ expires: "60d" })).key;
  await ring.issue();
  ring.database.keys.set(id, { ...ring.database.keys.get(id)!, sealPepper: "p9" });
  expect((await rules(ring)).toSorted()).toEqual(["no_expiry", "pepper_missing"]);
});

describe("what only the surroundings know", () => {
  test.each<[string, LintSources, readonly LintRule[]]>([
    ["nothing", {}, []],
    ["a known owner", { knownOwner: async () => true }, []],
    ["an unknown owner", { knownOwner: async () => false }, ["owner_unknown"]],
    ["a grant in use", { usedScopes: async () => new Set(["notes:read"]) }, []],
    ["a grant without use", { usedScopes: async () => new Set(["notes:write"]) }, ["grant_unused"]],
    ["no use at all", { usedScopes: async () => new Set() }, ["grant_unused"]],
    ["uses that nobody counted", { usedScopes: async () => undefined }, []],
    ["revocations that nobody wrote", { revokedKeys: async () => undefined }, []],
  ])("%s", async (_, lintSources, expected) => {
    const ring = openKeyring({ lintSources });
    await ring.issue({ expires: "60d" });
    expect(await rules(ring)).toEqual(expected);
  });

  test.each([
    [1, []],
    [2, ["record_rolled_back"]],
  ])("a key whose version is 1 and by the log %s", async (latest, expected) => {
    const ring = openKeyring({ lintSources: { latestVersion: async () => latest } });
    await ring.issue({ expires: "60d" });
    expect(await rules(ring)).toEqual(expected);
  });

  test("a key that was revoked before the store was put back", async () => {
    const gone = new Set<string>();
    const ring = openKeyring({ lintSources: { revokedKeys: async () => gone } });
    const { key } = await ring.issue({ expires: "60d" });
    gone.add(key.id);
    expect(await ring.keys.lint()).toMatchObject([{ rule: "revived", keyId: key.id }]);
  });
});
