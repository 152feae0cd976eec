import { describe, expect, test } from "vitest";
import { beyondMayGrant, beyondReach, type Managed } from "../../src/operations/may-grant.ts";
import type { MayGrant } from "../../src/record/key-record.ts";

const now = Date.parse("2026-01-31T12:00:00Z");
const hour = 3_600_000;
const key: Managed = {
  kind: "int",
  owner: "user:ada",
  audience: "internal",
  scopes: ["notes:read"],
  expiresAt: new Date(now + hour).toISOString(),
};
const mayGrant: MayGrant = {
  scopes: ["notes:*"],
  audiences: ["internal"],
  owners: ["user:ada", "service:*"],
  maxLifeSeconds: 3_600,
};

test("what is within is neither out of reach nor beyond", () => {
  expect(beyondReach(key, mayGrant)).toBeUndefined();
  expect(beyondMayGrant(key, mayGrant, now)).toBeUndefined();
});

describe("out of reach, even to be ended", () => {
  test.each<[string, Partial<Managed>]>([
    ["another owner", { owner: "user:adam" }],
    ["an owner whose id begins alike", { owner: "services:x" }],
    ["another audience", { audience: "external", kind: "ext" }],
    ["a management key", { kind: "mgt", scopes: [] }],
  ])("%s", (_, changes) => {
    expect(beyondReach({ ...key, ...changes }, mayGrant)).toBeDefined();
    expect(beyondMayGrant({ ...key, ...changes }, mayGrant, now)).toBeDefined();
  });

  test.each<[string, Partial<MayGrant>]>([
    ["owners", { owners: [] }],
    ["audiences", { audiences: [] }],
  ])("an empty list of %s reaches nothing", (_, changes) => {
    expect(beyondReach(key, { ...mayGrant, ...changes })).toBeDefined();
  });
});

describe("beyond what may be given, though it may be ended", () => {
  test.each<[string, Partial<Managed>]>([
    ["a scope outside", { scopes: ["notes:read", "rows:read"] }],
    ["a wider wildcard", { scopes: ["notes:**"] }],
    ["a longer life", { expiresAt: new Date(now + hour + 1).toISOString() }],
    ["an end that is none", { expiresAt: "never" }],
  ])("%s", (_, changes) => {
    expect(beyondReach({ ...key, ...changes }, mayGrant)).toBeUndefined();
    expect(beyondMayGrant({ ...key, ...changes }, mayGrant, now)).toBeDefined();
  });

  test("no end at all", () => {
    const { expiresAt: _, ...endless } = key;
    expect(beyondMayGrant(endless, mayGrant, now)).toBeDefined();
  });

  test("an empty list of scopes gives nothing", () => {
    expect(beyondMayGrant(key, { ...mayGrant, scopes: [] }, now)).toBeDefined();
  });
});
