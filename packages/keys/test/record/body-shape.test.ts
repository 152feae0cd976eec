import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isConstraints, isKeyBody } from "../../src/record/body-shape.ts";
import type { KeyBody } from "../../src/record/key-body.ts";
import { sampleBody, sampleSecret } from "./sample-body.ts";

const required = [
  "id",
  "tenant",
  "owner",
  "kind",
  "audience",
  "scopes",
  "constraints",
  "status",
  "secrets",
  "createdAt",
  "createdBy",
  "version",
] as const;

function accepts(change: object): boolean {
  return isKeyBody(JSON.parse(JSON.stringify({ ...sampleBody, ...change })));
}

const mayGrant = { scopes: ["a:*"], audiences: ["internal"], owners: ["*"], maxLifeSeconds: 1 };
const management = { kind: "mgt", scopes: [], mayGrant };
const revoked = { status: "revoked", revokedAt: "2026-02-02T00:00:00Z" };

describe("the body of a key", () => {
  it.each<[string, object]>([
    ["an ordinary key", {}],
    [
      "an ordinary key without what may be absent",
      absent("name", "notes", "notBefore", "expiresAt", "parent"),
    ],
    ["a key that grants nothing", { scopes: [], constraints: {} }],
    ["a key made by this machine", { createdBy: "local" }],
    ["a management key", management],
    [
      "a management key that may grant nothing",
      { ...management, mayGrant: { scopes: [], audiences: [], owners: [], maxLifeSeconds: 0 } },
    ],
    ["a disabled key", { status: "disabled" }],
    ["a revoked key", { ...revoked, revokedReason: "leaked" }],
    ["a revoked key without secrets", { ...revoked, secrets: [] }],
    ["a key with one secret", { secrets: [sampleSecret] }],
    ["a version as large as numbers are exact", { version: Number.MAX_SAFE_INTEGER }],
  ])("is accepted: %s", (_, change) => {
    expect(accepts(change)).toBe(true);
  });

  it.each(required)("needs the member %s", (member) => {
    expect(accepts(absent(member))).toBe(false);
  });

  it.each([...Object.keys(sampleBody), "revokedAt", "revokedReason", "mayGrant"])(
    "takes no value of another type as %s",
    (member) => {
      const of = (value: unknown): boolean =>
        accepts({ ...(member.startsWith("revoked") ? revoked : {}), [member]: value });
      for (const value of [null, true, -1, 0.5, {}, [[]], [1], { a: null }, "\n\0"]) {
        // These two members hold any text, and constraints any object.
        const free = ["name", "notes", "revokedReason"].includes(member) && value === "\n\0";
        const object =
          member === "constraints" && !Array.isArray(value) && typeof value === "object";
        expect([value, of(value)]).toEqual([value, free || (object && value !== null)]);
      }
    },
  );

  it.each<[string, object]>([
    ["an id of another length", { id: "AbCdEfGhIjK" }],
    ["a tenant in capitals", { tenant: "Default" }],
    ["a tenant that is too long", { tenant: "a".repeat(64) }],
    ["an owner without a type", { owner: "ada" }],
    ["all owners", { owner: "user:*" }],
    ["an unknown kind", { kind: "adm" }],
    ["the name of a method as its kind", { kind: "constructor" }],
    ["an unknown audience", { audience: "all" }],
    ["an unknown status", { status: "Active" }],
    ["a malformed grant", { scopes: ["a:read", "a::b"] }],
    ["a grant in a string", { scopes: "a:read" }],
    ["a grant that is too long", { scopes: ["a".repeat(257)] }],
    ["too many grants", { scopes: Array.from({ length: 101 }, () => "a") }],
    ["a name that is too long", { name: "a".repeat(257) }],
    ["notes that are too long", { notes: "a".repeat(4_097) }],
    ["a time without a zone", { createdAt: "2026-01-02T03:04:05" }],
    ["a time that is not in UTC", { expiresAt: "2026-01-02T03:04:05+01:00" }],
    ["a day that does not exist", { expiresAt: "2026-02-30T03:04:05Z" }],
    ["itself as its parent", { parent: sampleBody.id }],
    ["a maker that is no key", { createdBy: "key:ada" }],
    ["a maker that is a person", { createdBy: "user:ada" }],
    ["version 0", { version: 0 }],
    ["a version as text", { version: "3" }],
    ["a version that is not exact", { version: 2 ** 53 }],
    ["a member that is unknown", { admin: true }],
    ["when it was last used, which is not sealed", { lastUsedAt: "2026-01-02T03:04:05Z" }],
    ["a time of revocation while it is active", { revokedAt: "2026-02-02T00:00:00Z" }],
    ["no time of revocation while it is revoked", { status: "revoked" }],
    ["grants on a management key", { ...management, scopes: ["a"] }],
    ["a management key without what it may grant", { kind: "mgt", scopes: [] }],
    ["another key with what it may grant", { mayGrant }],
    ["an owner that is no pattern", { ...management, mayGrant: { ...mayGrant, owners: ["us*"] } }],
    ["another member in mayGrant", { ...management, mayGrant: { ...mayGrant, all: true } }],
    ["a member less in mayGrant", { ...management, mayGrant: { ...mayGrant, owners: undefined } }],
    ["a life without end", { ...management, mayGrant: { ...mayGrant, maxLifeSeconds: 2 ** 53 } }],
    ["no secrets while it is active", { secrets: [] }],
    ["no secrets while it is disabled", { status: "disabled", secrets: [] }],
    ["three secrets", { secrets: [...sampleBody.secrets, sampleSecret] }],
    ["two secrets that do not end", { secrets: [{ ...sampleSecret, number: 2 }, sampleSecret] }],
    ["the older secret first", { secrets: sampleBody.secrets.toReversed() }],
    [
      "two secrets of one number",
      { secrets: sampleBody.secrets.map((secret) => ({ ...secret, number: 1 })) },
    ],
    ["a sole secret that ends", { secrets: [sampleBody.secrets[1]] }],
    ["a digest that is too short", { secrets: [{ ...sampleSecret, mac: "A".repeat(42) }] }],
    [
      "a digest with bits beyond its end",
      { secrets: [{ ...sampleSecret, mac: `${"A".repeat(42)}B` }] },
    ],
    ["a pepper with a malformed id", { secrets: [{ ...sampleSecret, pepper: "p 1" }] }],
    ["another member in a secret", { secrets: [{ ...sampleSecret, token: "" }] }],
    ["secrets in an object", { secrets: { 0: sampleSecret, length: 1 } }],
  ])("is refused: %s", (_, change) => {
    expect(accepts(change)).toBe(false);
  });

  it.each(["null", "1", '"text"', "[]", "{}", "true"])("is not %s", (text) => {
    expect(isKeyBody(JSON.parse(text))).toBe(false);
  });

  it("has no member `__proto__`, and takes none from a prototype", () => {
    const text = JSON.stringify(sampleBody);
    expect(isKeyBody(JSON.parse(text.replace("{", '{"__proto__":{"status":"active"},')))).toBe(
      false,
    );
    const { status: _, ...rest } = sampleBody;
    expect(isKeyBody(Object.assign(Object.create({ status: "active" }) as object, rest))).toBe(
      false,
    );
  });

  test.prop([fc.jsonValue()])("is no other JSON value", (value) => {
    expect(isKeyBody(value)).toBe(false);
  });

  test.prop([fc.constantFrom(...Object.keys(sampleBody)), fc.jsonValue()])(
    "never makes the test itself fail, whatever one member is",
    (member, value) => {
      expect(typeof accepts({ [member]: value })).toBe("boolean");
    },
  );
});

describe("constraints", () => {
  it.each([
    "{}",
    '{"dataset":[]}',
    '{"rows":10,"ratio":0.5,"dry":true,"none":null,"text":"x"}',
    '{"cidr":["10.0.0.0/8","2001:db8::/32","::ffff:10.0.0.1"]}',
    '{"cidr":[]}',
    '{"constructor":["a"]}',
  ])("are %s", (text) => {
    expect(isConstraints(JSON.parse(text))).toBe(true);
  });

  it.each([
    "null",
    "[]",
    '{"":1}',
    `{"${"a".repeat(129)}":1}`,
    '{"__proto__":["a"]}',
    '{"a":{"__proto__":["a"]}}',
    '{"rows":1e999}',
    '{"rows":9007199254740993}',
    '{"cidr":"10.0.0.0/8"}',
    '{"cidr":["10.0.0.1/8"]}',
    '{"cidr":["10.0.0.0/8",1]}',
    '{"cidr":null}',
    `{"cidr":[${'"10.0.0.1",'.repeat(100)}"10.0.0.2"]}`,
    `{"a":${"[".repeat(9)}${"]".repeat(9)}}`,
    `{"a":[${"1,".repeat(512)}1]}`,
    `{"a":{${Array.from({ length: 513 }, (_, index) => `"a${index}":1`).join()}}}`,
  ])("are not %.60s", (text) => {
    expect(isConstraints(JSON.parse(text))).toBe(false);
  });
});

function absent(...members: (keyof KeyBody)[]): object {
  return Object.fromEntries(members.map((member) => [member, undefined]));
}
