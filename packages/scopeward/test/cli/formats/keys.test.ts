import type { LintFinding } from "@scopeward/keys";
import type { Principal } from "@scopeward/sdk";
import { expect, test } from "vitest";
import {
  prettyEnded,
  prettyFindings,
  prettyKey,
  prettyKeyTable,
  principalJson,
} from "../../../src/cli/formats/keys.ts";
import { keyRecord } from "../../key-record.ts";

test("a key is shown one member a line", () => {
  const text = prettyKey(
    keyRecord({
      name: "laptop",
      scopes: ["notes:read", "notes:write"],
      constraints: { dataset: ["sales", "hr"], tool: [], depth: 3 },
      expiresAt: "2026-02-01T00:00:00.000Z",
      parent: "000000000009",
      status: "revoked",
      revokedAt: "2026-01-15T00:00:00.000Z",
      revokedReason: "leaked",
    }),
  );
  expect(text).toMatch(/^key +000000000001$/mu);
  expect(text).toMatch(/^owner +user:ada$/mu);
  expect(text).toMatch(/^kind +int, internal$/mu);
  expect(text).toMatch(/^name +laptop$/mu);
  expect(text).toMatch(/^scopes +notes:read, notes:write$/mu);
  expect(text).toMatch(/^only dataset +sales, hr$/mu);
  expect(text).toMatch(/^only tool +none$/mu);
  expect(text).toMatch(/^only depth +3$/mu);
  expect(text).toMatch(/^expires +2026-02-01T00:00:00\.000Z$/mu);
  expect(text).toMatch(/^parent +000000000009$/mu);
  expect(text).toMatch(/^revoked +2026-01-15T00:00:00\.000Z$/mu);
  expect(text).toMatch(/^reason +leaked$/mu);
  expect(text).toMatch(/^last used +never$/mu);
});

test("of a management key it says what it may give", () => {
  const mayGrant = { scopes: ["notes:**"], audiences: [], owners: ["*"], maxLifeSeconds: 60 };
  const text = prettyKey(keyRecord({ kind: "mgt", scopes: [], mayGrant }));
  expect(text).toMatch(/^may grant +notes:\*\*$/mu);
  expect(text).toMatch(/^to +none$/mu);
  expect(text).toMatch(/^of +\*$/mu);
  expect(text).toMatch(/^for +60 s at most$/mu);
  expect(text).not.toMatch(/^scopes/mu);
});

test("a secret that retires is shown with its end", () => {
  const at = "2026-01-01T00:00:00.000Z";
  const secrets = [
    { number: 2, createdAt: at },
    { number: 1, createdAt: at, endsAt: "2026-01-02T00:00:00.000Z" },
  ];
  expect(prettyKey(keyRecord({ secrets }))).toContain(
    `2 of ${at}; 1 of ${at} until 2026-01-02T00:00:00.000Z`,
  );
});

test("nothing in a name drives the terminal, and no line feed makes a row of its own", () => {
  const hostile = keyRecord({ owner: "user:\u001B[2Jada", name: "x\nowner  user:grace" });
  for (const text of [prettyKey(hostile), prettyKeyTable([hostile], 0)]) {
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
    expect(text).not.toMatch(/^owner +user:grace/mu);
  }
});

test("the table has a head and one key a line, and says which expiry is over", () => {
  const keys = [
    keyRecord({ expiresAt: "2026-02-01T00:00:00.000Z", lastUsedAt: "2026-01-03T00:00:00.000Z" }),
    keyRecord({ id: "000000000002", kind: "mgt", scopes: [] }),
  ];
  const lines = prettyKeyTable(keys, Date.parse("2026-02-01T00:00:00Z")).split("\n");
  expect(lines[0]).toMatch(/^id +owner +kind +scopes +status +expires +last used$/u);
  expect(lines[1]).toMatch(
    /^000000000001 +user:ada +int +notes:read +active +2026-02-01T00:00:00\.000Z \(over\) +2026-01-03T00:00:00\.000Z$/u,
  );
  expect(lines[2]).toMatch(/^000000000002 +user:ada +mgt +none +active +never +never$/u);
  expect(prettyKeyTable(keys, 0)).not.toContain("(over)");
});

test("keys that were ended are listed, with the time from which on no node accepts one", () => {
  const effectiveBy = "2026-01-01T00:00:05.000Z";
  const one = prettyEnded("disabled", { key: keyRecord(), effectiveBy });
  expect(one).toMatch(/^disabled +000000000001 +user:ada$/mu);
  expect(one).toContain(effectiveBy);
  expect(prettyEnded("revoked", { keys: [], effectiveBy })).toMatch(/^no key revoked/u);
});

test("findings are one a line, those of the whole store without a key", () => {
  const findings: readonly LintFinding[] = [
    { rule: "no_expiry", keyId: "000000000001", owner: "user:ada", message: "set one" },
    { rule: "store_rolled_back", message: "look\u001B[2J" },
  ];
  const text = prettyFindings(findings);
  expect(text).toMatch(/^000000000001 +user:ada +no_expiry +set one$/mu);
  expect(text).toMatch(/^ +store_rolled_back +look/mu);
  expect(text).toMatch(/^2 findings$/mu);
  expect(text).not.toMatch(/[^\n\P{Cc}]/u);
  expect(prettyFindings([])).toBe("nothing found\n");
});

test("a principal is written without what it can do", () => {
  const json = {
    tenant: "default",
    subject: { type: "user", id: "ada" },
    actors: [],
    key: { id: "000000000001", audience: "internal", scopes: ["notes:read"] },
    kind: "int",
    expiresAt: "2026-02-01T00:00:00.000Z",
    recordVersion: 1,
    freshness: { mode: "immediate", ageMs: 0 },
    address: "10.0.0.1",
  };
  const principal = { ...json, attenuate: () => principal, more: 1 } as unknown as Principal;
  expect(principalJson(principal)).toEqual(json);
});
