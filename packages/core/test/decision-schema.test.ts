import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { decisionSchema, engineCodes } from "../src/index.ts";

const matches = new Ajv2020({ strict: false }).compile(decisionSchema);

const allow = { effect: "allow", reasons: [], obligations: [] };
const deny = { effect: "deny", reasons: [{ code: "no" }], obligations: [] };
const ask = { effect: "require_approval", reasons: [{ code: "ask" }], obligations: [] };

describe("a decision", () => {
  test.each<[string, unknown]>([
    ["allow", allow],
    ["allow with duties", { ...allow, obligations: [{ type: "redact", fields: ["/a"] }] }],
    ["allow with arguments", { ...allow, args: {} }],
    ["deny", deny],
    ["deny with a message", { ...deny, reasons: [{ code: "no", message: "" }] }],
    ["deny with missing scopes", { ...deny, missing_scopes: ["a:b"] }],
    ["approval", ask],
    [
      "approval with duties and arguments",
      { ...ask, obligations: [{ type: "a" }], args: { a: null } },
    ],
    ...engineCodes.map((code): [string, unknown] => [code, { ...deny, reasons: [{ code }] }]),
    ["scope:missing", { ...deny, reasons: [{ code: "scope:missing" }] }],
    ["key:constraint", { ...deny, reasons: [{ code: "key:constraint" }] }],
  ])("%s", (_, value) => {
    expect(matches(value)).toBe(true);
  });
});

describe("not a decision", () => {
  test.each<[string, unknown]>([
    ["nothing", {}],
    ["null", null],
    ["true", true],
    ["an array", [allow]],
    ["another effect", { ...allow, effect: "permit" }],
    ["no effect", { reasons: [], obligations: [] }],
    ["no reasons", { effect: "allow", obligations: [] }],
    ["no obligations", { effect: "allow", reasons: [] }],
    ["an unknown member", { ...allow, allow: true }],
    ["allow with a reason", { ...allow, reasons: [{ code: "a" }] }],
    ["allow with missing scopes", { ...allow, missing_scopes: ["a"] }],
    ["deny without a reason", { ...deny, reasons: [] }],
    ["deny with a duty", { ...deny, obligations: [{ type: "a" }] }],
    ["deny with arguments", { ...deny, args: {} }],
    ["deny with no missing scope", { ...deny, missing_scopes: [] }],
    ["approval without a reason", { ...ask, reasons: [] }],
    ["approval with missing scopes", { ...ask, missing_scopes: ["a"] }],
    ["the TypeScript name of missing scopes", { ...deny, missingScopes: ["a"] }],
    ["a reason that is text", { ...deny, reasons: ["no"] }],
    ["a reason without a code", { ...deny, reasons: [{ message: "no" }] }],
    ["a reason with more", { ...deny, reasons: [{ code: "no", severity: 1 }] }],
    ["a code in upper case", { ...deny, reasons: [{ code: "No" }] }],
    ["a code of another reserve", { ...deny, reasons: [{ code: "other:no" }] }],
    ["a code with a line's end", { ...deny, reasons: [{ code: "no\n" }] }],
    ["a message that is no text", { ...deny, reasons: [{ code: "no", message: null }] }],
    ["a duty without a type", { ...allow, obligations: [{ fields: [] }] }],
    ["a duty that is text", { ...allow, obligations: ["redact"] }],
    ["a duty of a malformed type", { ...allow, obligations: [{ type: "a:b" }] }],
    ["arguments that are an array", { ...allow, args: [] }],
    ["reasons that are an object", { ...allow, reasons: {} }],
  ])("%s", (_, value) => {
    expect(matches(value)).toBe(false);
  });
});
