import { describe, expect, test } from "vitest";
import { mintToken } from "../../src/token/token.ts";
import { openKeyring } from "./keyring.ts";

test("a token is good for the scopes that its key covers, and for no other", async () => {
  const ring = openKeyring();
  const { token } = await ring.issue({ scopes: ["notes:*"] });
  expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(true);
  expect(await ring.keys.validateApiKey(token.reveal(), "notes:write")).toBe(true);
  expect(await ring.keys.validateApiKey(token.reveal(), "rows:read")).toBe(false);
});

test("each use is in the audit log before it is answered", async () => {
  const ring = openKeyring();
  const { key, token } = await ring.issue();
  await ring.keys.validateApiKey(token.reveal(), "notes:read");
  await ring.keys.validateApiKey(token.reveal(), "notes:write");
  const decision = { type: "decision", event: "key_validated", keyId: key.id, tenant: "default" };
  expect(ring.audit.entries.slice(1)).toMatchObject([
    { ...decision, scope: "notes:read", effect: "allow" },
    { ...decision, scope: "notes:write", effect: "deny", code: "scope:missing" },
  ]);
});

test.each([
  ["revoke", "key:revoked"],
  ["disable", "key:disabled"],
] as const)("after `%s` it is %s", async (operation, code) => {
  const ring = openKeyring();
  const { key, token } = await ring.issue();
  await ring.keys[operation](key.id);
  expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(false);
  expect(ring.audit.entries.at(-1)).toMatchObject({ keyId: key.id, effect: "deny", code });
});

describe("by what the policies declare", () => {
  test.each<[string, object, string]>([
    ["a scope that is gone", {}, "scope:unknown"],
    [
      "a scope that is closed to the audience",
      { "notes:read": { audiences: ["external"], requires: [] } },
      "scope:audience",
    ],
    [
      "a scope that requires what the key lacks",
      { "notes:read": { audiences: ["internal"], requires: ["dataset"] } },
      "key:constraint_unresolved",
    ],
  ])("it is not good for %s", async (_, scopes, code) => {
    const ring = openKeyring();
    const { token } = await ring.issue();
    ring.catalogue = { ...ring.catalogue!, scopes: scopes as never };
    expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(false);
    expect(ring.audit.entries.at(-1)).toMatchObject({ effect: "deny", code });
  });

  test("without policies the key alone decides", async () => {
    const ring = openKeyring();
    const { token } = await ring.issue();
    ring.catalogue = undefined;
    expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(true);
  });
});

describe("what is false, and fills no log", () => {
  test("tokens of no key, or with another secret", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    const junk = [
      "junk",
      "",
      undefined,
      {},
      mintToken("int", "AbCdEfGhIjKl").reveal(),
      mintToken("int", key.id).reveal(),
    ];
    for (const token of junk) {
      expect(await ring.keys.validateApiKey(token, "notes:read")).toBe(false);
    }
    expect(ring.audit.entries).toHaveLength(1);
  });

  test("what is no scope, even where the key has everything", async () => {
    const ring = openKeyring();
    const { token } = await ring.issue({ scopes: ["**"] });
    for (const scope of ["**", "notes:*", "", token.reveal(), undefined, "a".repeat(10_000)]) {
      expect(await ring.keys.validateApiKey(token.reveal(), scope as string)).toBe(false);
    }
    expect(ring.audit.entries).toHaveLength(1);
  });
});

test("what the audit log cannot take is false", async () => {
  const ring = openKeyring();
  const { token } = await ring.issue();
  ring.audit.fail("disk full");
  expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(false);
});

test("an audit log that throws is false, not a rejection", async () => {
  const ring = openKeyring();
  const { token } = await ring.issue();
  ring.audit.append = () => Promise.reject(new TypeError("no JSON"));
  expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(false);
});

test("after closing it is false", async () => {
  const ring = openKeyring();
  const { token } = await ring.issue();
  await ring.keys.close();
  expect(await ring.keys.validateApiKey(token.reveal(), "notes:read")).toBe(false);
});

describe("access", () => {
  const scope = { models: [], tools: [], audiences: ["internal"], requires: [], feature: "notes" };

  test("is for a scope, or for any open scope of a feature, and says who it is", async () => {
    const ring = openKeyring();
    ring.catalogue = {
      ...ring.catalogue!,
      scopes: { "notes:read": scope, "notes:write": { ...scope, risk: "high" } } as never,
    };
    const { key, token } = await ring.issue({ scopes: ["notes:write"] });
    for (const required of [{ scope: "notes:write" }, { feature: "notes" }]) {
      expect(await ring.keys.verifyAccess(token, required)).toMatchObject({
        outcome: "verified",
        principal: { key: { id: key.id } },
      });
      expect(ring.audit.entries.at(-1)).toMatchObject({ ...required, effect: "allow" });
    }
  });

  test.each<[string, object, object, object]>([
    [
      "the scope",
      { "a:x": scope },
      { scope: "a:x" },
      { code: "scope:missing", missingScope: "a:x" },
    ],
    [
      "the least risky scope of the feature",
      { "a:x": { ...scope, risk: "high" }, "b:y": { ...scope, risk: "low" } },
      { feature: "notes" },
      { code: "scope:missing", missingScope: "b:y" },
    ],
    ["no feature that is not there", {}, { feature: "notes" }, { code: "scope:unknown" }],
    [
      "no feature that is closed to the audience",
      { "a:x": { ...scope, audiences: ["external"] } },
      { feature: "notes" },
      { code: "scope:audience" },
    ],
    [
      "the constraint that a granted scope requires",
      { "a:x": scope, "notes:read": { ...scope, requires: ["dataset"] } },
      { feature: "notes" },
      { code: "key:constraint_unresolved" },
    ],
  ])("that is refused names %s", async (_, scopes, required, rejected) => {
    const ring = openKeyring();
    const { token } = await ring.issue({ scopes: ["notes:read"] });
    ring.catalogue = { ...ring.catalogue!, scopes: scopes as never };
    expect(await ring.keys.verifyAccess(token, required as never)).toEqual({
      outcome: "rejected",
      ...rejected,
    });
  });

  test("knows the address, and is told apart from a log that cannot take it", async () => {
    const ring = openKeyring();
    const { token } = await ring.issue({ constraints: { cidr: ["10.0.0.0/8"] } });
    const required = { scope: "notes:read" };
    expect(await ring.keys.verifyAccess(token, required)).toMatchObject({
      code: "key:address_not_allowed",
    });
    const inside = { address: "10.1.2.3" };
    expect(await ring.keys.verifyAccess(token, required, inside)).toMatchObject({
      outcome: "verified",
    });
    ring.audit.fail("disk full");
    expect(await ring.keys.verifyAccess(token, required, inside)).toMatchObject({
      code: "engine:audit_unavailable",
    });
  });
});
