import { fc, test } from "@fast-check/vitest";
import type { Narrowing, Principal } from "@scopeward/sdk";
import { describe, expect, it } from "vitest";
import { excess } from "../../src/authority/authority.ts";
import { mintToken, newKeyId } from "../../src/token/token.ts";
import { isPrincipal, makePrincipal, principalOrigin } from "../../src/verification/principal.ts";

const verifier = {};

function made(): Principal {
  return makePrincipal(
    {
      tenant: "default",
      subject: { type: "user", id: "ada" },
      actors: [],
      key: {
        id: "000000000001",
        audience: "internal",
        scopes: ["notes:*", "payments:read"],
        constraints: { dataset: ["hr", "sales"], rows: 5 },
        chain: [],
      },
      kind: "int",
      expiresAt: "2026-02-01T00:00:00Z",
      recordVersion: 3,
      freshness: { mode: "immediate", ageMs: 0 },
      address: "10.0.0.1",
    },
    { verifier, secretNumber: 1, narrowings: [] },
  );
}

describe("a principal", () => {
  const principal = made();

  it("is what was made here", () => {
    expect(isPrincipal(principal)).toBe(true);
    expect(principalOrigin(principal)).toEqual({ verifier, secretNumber: 1, narrowings: [] });
  });

  it.each<[string, unknown]>([
    ["a literal", { ...principal }],
    ["a copy with its prototype", Object.assign(Object.create(protoOf(principal)), principal)],
    ["an object that inherits from it", Object.create(principal)],
    ["a proxy of it", new Proxy(principal, {})],
    ["a round trip through JSON", JSON.parse(JSON.stringify(principal))],
    ["a structured clone", structuredClone({ ...principal })],
    ["its prototype", protoOf(principal)],
    ["null", null],
    ["a text", "principal"],
    ["nothing", undefined],
  ])("is not %s", (_, other) => {
    expect(isPrincipal(other)).toBe(false);
    expect(principalOrigin(other)).toBeUndefined();
  });

  it("does not lead to a way of making another one", () => {
    const Class = principal.constructor as new (...given: unknown[]) => object;
    const origin = principalOrigin(principal);
    expect(() => new Class(Symbol("maker of principals"), principal, origin)).toThrow(TypeError);
    class Derived extends Class {}
    expect(() => new Derived(undefined, principal, origin)).toThrow(TypeError);
  });

  it("does not lead to what it is verified again by, which could be widened or replaced", () => {
    const Class = principal.constructor;
    expect(Object.isFrozen(Class)).toBe(true);
    const own = Reflect.ownKeys(Class).map((name) => Reflect.get(Class, name) as unknown);
    expect(own.filter((member) => typeof member === "function")).toEqual([]);
  });

  it("cannot be changed, nor can what it leads to", () => {
    const { key } = principal;
    const parts = [principal, protoOf(principal), key, key.scopes, key.constraints];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
    expect(Object.isFrozen(key.constraints!["dataset"])).toBe(true);
  });

  it("lends its attenuation to nothing else", () => {
    const other = Object.create(principal) as Principal;
    expect(() => other.attenuate({})).toThrow(TypeError);
    expect(() => principal.attenuate.call({ ...principal }, {})).toThrow(TypeError);
  });
});

describe("attenuation", () => {
  it("keeps what both include, the earlier expiry, and adds who acts", () => {
    const narrow = made()
      .attenuate({
        scopes: ["notes:read", "payments:**", "admin"],
        constraints: { dataset: ["sales", "ops"], tool: ["search"] },
        actor: { type: "agent", id: "researcher" },
        expiresAt: "2026-01-31T12:00:00Z",
      })
      .attenuate({ actor: { type: "agent", id: "writer" }, expiresAt: "2027-01-01T00:00:00Z" });
    expect(narrow.key).toEqual({
      id: "000000000001",
      audience: "internal",
      scopes: ["notes:read", "payments:read"],
      constraints: { dataset: ["sales"], rows: 5, tool: ["search"] },
      chain: [],
    });
    expect(narrow.actors.map(({ id }) => id)).toEqual(["researcher", "writer"]);
    expect(narrow.expiresAt).toBe("2026-01-31T12:00:00Z");
    expect(isPrincipal(narrow)).toBe(true);
  });

  it("with an empty list leaves nothing, without one all that was there", () => {
    expect(made().attenuate({ scopes: [] }).key.scopes).toEqual([]);
    expect(made().attenuate({}).key.scopes).toEqual(made().key.scopes);
    expect(made().attenuate({ constraints: { dataset: [] } }).key.constraints).toEqual({
      dataset: [],
      rows: 5,
    });
  });

  it("leaves the principal that it starts from as it is", () => {
    const principal = made();
    principal.attenuate({ scopes: [], actor: { type: "agent", id: "a" } });
    expect([principal.key.scopes.length, principal.actors.length]).toEqual([2, 0]);
  });

  it("is applied again as it was given, whatever becomes of that later", () => {
    const scopes = ["notes:read"];
    const narrow = made().attenuate({ scopes });
    scopes.push("**");
    const { narrowings } = principalOrigin(narrow)!;
    expect(narrowings).toEqual([{ scopes: ["notes:read"] }]);
    expect(Object.isFrozen(narrowings[0]!.scopes)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["a grant that is none", { scopes: ["Notes"] }],
    ["scopes that are no list", { scopes: "notes:read" }],
    ["a time that is none", { expiresAt: "tomorrow" }],
    ["a network that is none", { constraints: { cidr: ["10.0.0.1/8"] } }],
    ["constraints that are no object", { constraints: [] }],
    ["an actor without an id", { actor: { type: "agent" } }],
    [
      "an actor named by a token",
      { actor: { type: "agent", id: mintToken("agt", newKeyId()).reveal() } },
    ],
    ["null for what is absent", { scopes: null }],
    ["more grants than a key has", { scopes: Array.from({ length: 101 }, (_, at) => `a${at}`) }],
    ["a list that was not found", { scopes: undefined }],
    ["constraints that were not found", { constraints: { dataset: undefined } }],
    ["constraints in a Map", { constraints: new Map([["dataset", []]]) }],
    ["a member that nobody knows", { scope: ["notes:read"] }],
    ["nothing", undefined],
  ])("refuses %s, since leaving it out would widen", (_, narrowing) => {
    expect(() => made().attenuate(narrowing as Narrowing)).toThrow(TypeError);
  });

  const grants = fc.array(fc.constantFrom("**", "notes:*", "notes:read", "payments:**", "x"));
  const narrowings = fc.array(
    fc.record(
      {
        scopes: grants,
        constraints: fc.record(
          {
            dataset: fc.array(fc.constantFrom("hr", "sales", "ops")),
            rows: fc.integer({ min: 0, max: 9 }),
            tool: fc.array(fc.constantFrom("search")),
          },
          { requiredKeys: [] },
        ),
        expiresAt: fc.constantFrom("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  );

  test.prop([narrowings])("never widens, however often it is done", (steps) => {
    let principal = made();
    for (const step of steps) {
      const before = principal;
      principal = before.attenuate(step);
      expect(excess(authorityOf(principal), authorityOf(before))).toBeUndefined();
      expect(Date.parse(principal.expiresAt!)).toBeLessThanOrEqual(Date.parse(before.expiresAt!));
    }
  });
});

function authorityOf({ key }: Principal): Parameters<typeof excess>[0] {
  return { scopes: key.scopes, constraints: key.constraints ?? {} };
}

function protoOf(value: object): object {
  return Object.getPrototypeOf(value) as object;
}
