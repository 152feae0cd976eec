import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { memberRules, readMembers } from "../../src/operations/request-members.ts";
import { mintToken } from "../../src/token/token.ts";

const names = Object.keys(memberRules);
const many = Array.from({ length: 101 }, (_, index) => `a${index}`);
const mayGrant = { scopes: ["a"], audiences: ["internal"], owners: ["user:*"], maxLifeSeconds: 60 };

describe("accepted", () => {
  it.each<[string, readonly unknown[]]>([
    ["owner", ["user:ada", "service:billing"]],
    ["kind", ["int", "ext", "agt", "mgt"]],
    ["audience", ["internal", "external"]],
    ["scopes", [["a"], ["a:*", "b:**", "**"]]],
    [
      "constraints",
      [{}, { dataset: [] }, { cidr: ["10.0.0.0/8", "::1"] }, { rows: 10, on: true, of: "x" }],
    ],
    ["name", ["reports", "Ada’s key"]],
    ["notes", ["two\nlines"]],
    ["parent", ["AbCdEfGhIjKl"]],
    ["mayGrant", [mayGrant, { ...mayGrant, scopes: [], audiences: [], owners: [] }]],
  ])("%s", (name, values) => {
    for (const value of values) expect(readMembers({ [name]: value }, [name]).kind).toBe("read");
  });
});

describe("refused, with the member's name", () => {
  it.each<[string, readonly unknown[]]>([
    ["owner", ["ada", "user:", "user:*", ["user:ada"], null, "user:a b"]],
    ["kind", ["INT", "", 1, "constructor"]],
    ["audience", ["public", "", ["internal"]]],
    [
      "scopes",
      [[], many, "a", ["a", "a"], ["A"], ["a:"], [1], { 0: "a" }, ["a".repeat(300)], null],
    ],
    [
      "constraints",
      [
        [],
        null,
        { Dataset: ["a"] },
        { "": ["a"] },
        { tool: "x" },
        { model: 1 },
        { cidr: "10.0.0.0/8" },
        { cidr: ["10.0.0.1/8"] },
        { cidr: many.map((_, index) => `10.0.0.${index}`) },
        { dataset: ["a", "a"] },
        { dataset: [1] },
        { dataset: null },
        { dataset: { a: 1 } },
        { rows: 2 ** 60 },
        { dataset: ["a\u0000"] },
      ],
    ],
    ["expires", [30, "x".repeat(65)]],
    ["name", ["", "two\nlines", "x".repeat(1_000), "bell\u0007"]],
    ["notes", ["", "x".repeat(10_000), "nul\u0000"]],
    ["parent", ["", "short", "AbCdEfGhIjK_"]],
    [
      "mayGrant",
      [
        null,
        {},
        { ...mayGrant, more: 1 },
        { ...mayGrant, scopes: "**" },
        { ...mayGrant, scopes: ["A"] },
        { ...mayGrant, scopes: many },
        { ...mayGrant, audiences: ["public"] },
        { ...mayGrant, owners: ["user:a*"] },
        { ...mayGrant, maxLifeSeconds: 0 },
        { ...mayGrant, maxLifeSeconds: 1.5 },
        { ...mayGrant, maxLifeSeconds: 1e12 },
      ],
    ],
    ["idempotencyKey", ["", "x".repeat(257), 1]],
    ["version", [0, 1.5, "1"]],
    ["status", ["gone"]],
    ["scope", ["a:*", ""]],
  ])("%s", (name, values) => {
    for (const value of values) {
      expect(readMembers({ [name]: value }, [name])).toMatchObject({
        code: "invalid",
        field: name,
      });
    }
  });

  it("a member that the request does not have", () => {
    expect(readMembers({ owner: "user:ada", admin: true }, ["owner"])).toMatchObject({
      code: "invalid",
      field: "admin",
    });
    expect(readMembers(JSON.parse('{"__proto__": 1}'), ["owner"])).toMatchObject({
      code: "invalid",
    });
  });

  it("`null`, but where it removes", () => {
    expect(readMembers({ name: null }, ["name"]).kind).toBe("refused");
    expect(readMembers({ name: null }, ["name", "name?"]).kind).toBe("read");
  });

  it.each([undefined, null, 1, "x", [], () => 1])("a request that is %o", (request) => {
    expect(readMembers(request, names)).toMatchObject({ code: "invalid" });
  });
});

it("a token is refused wherever a text is kept, and is not repeated", () => {
  const token = mintToken("int", "AbCdEfGhIjKl").reveal();
  const requests: readonly object[] = [
    { owner: `user:${token}` },
    { owner: token },
    { scopes: [token] },
    { name: token },
    { notes: `the token is\n${token}` },
    { reason: `leaked ${token}` },
    { parent: token },
    { constraints: { dataset: [token] } },
    { constraints: { dataset: token } },
    { constraints: { [token]: ["a"] } },
    { mayGrant: { ...mayGrant, owners: [`user:${token}`] } },
    { [token]: 1 },
    { expires: token },
  ];
  for (const request of requests) {
    const answer = readMembers(request, names);
    expect(answer.kind).toBe("refused");
    expect(JSON.stringify(answer)).not.toContain("sward_");
  }
});

test.prop([fc.dictionary(fc.constantFrom(...names), fc.anything())])(
  "whatever a request holds, there is an answer",
  (request) => {
    expect(["read", "refused"]).toContain(readMembers(request, names).kind);
  },
);
