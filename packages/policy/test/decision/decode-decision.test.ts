import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { decodeDecision } from "../../src/decision/decode-decision.ts";

const allow = { effect: "allow", reasons: [], obligations: [] };
const deny = { effect: "deny", reasons: [{ code: "a" }], obligations: [] };
const redact = { type: "redact_result", fields: ["/email"] };

function malformed(answer: unknown): boolean {
  return decodeDecision(answer).reasons[0]?.code === "engine:output_malformed";
}

describe("a well-formed answer is the decision", () => {
  it.each<[string, object]>([
    ["allow", allow],
    ["allow with a duty", { ...allow, obligations: [redact, { type: "log" }] }],
    ["allow with other arguments", { ...allow, args: { limit: 1 } }],
    ["deny", deny],
    [
      "approval",
      { effect: "require_approval", reasons: [{ code: "b", message: "" }], obligations: [redact] },
    ],
  ])("%s", (_, answer) => {
    expect(decodeDecision(answer)).toEqual(answer);
  });

  it("missing scopes get TypeScript's spelling", () => {
    const answer = { ...deny, reasons: [{ code: "scope:missing" }], missing_scopes: ["b:c", "a"] };
    expect(decodeDecision(answer)).toEqual({
      effect: "deny",
      reasons: [{ code: "scope:missing" }],
      obligations: [],
      missingScopes: ["b:c", "a"],
    });
  });

  it("reasons rise by code, then message, in the order of bytes", () => {
    const reasons = [
      { code: "a" },
      { code: "a", message: "" },
      { code: "a", message: "\uffee" },
      { code: "a", message: "\u{1f600}" },
      { code: "b", message: "A" },
    ];
    expect(decodeDecision({ ...deny, reasons })).toEqual({ ...deny, reasons });
    expect(malformed({ ...deny, reasons: reasons.toReversed() })).toBe(true);
  });
});

describe("whatever else is answered denies", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["a boolean", true],
    ["null", null],
    ["a list", [allow]],
    ["nothing in it", {}],
    ["another effect", { ...allow, effect: "permit" }],
    ["no reasons", { effect: "allow", obligations: [] }],
    ["an allow with a reason", { ...allow, reasons: [{ code: "a" }] }],
    ["a deny without one", { ...deny, reasons: [] }],
    ["a deny with a duty", { ...deny, obligations: [redact] }],
    ["a deny with arguments", { ...deny, args: {} }],
    ["approval without a reason", { ...allow, effect: "require_approval" }],
    ["an unknown member", { ...allow, note: "" }],
    ["TypeScript's spelling", { ...deny, missingScopes: ["a"] }],
    ["missing scopes of an allow", { ...allow, missing_scopes: ["a"] }],
    ["missing scopes twice", { ...deny, missing_scopes: ["a", "a"] }],
    ["a reason with another member", { ...deny, reasons: [{ code: "a", at: 1 }] }],
    ["a code that is none", { ...deny, reasons: [{ code: "A" }] }],
    ["a reason twice", { ...deny, reasons: [{ code: "a" }, { code: "a" }] }],
    ["reasons out of order", { ...deny, reasons: [{ code: "b" }, { code: "a" }] }],
    [
      "a duty twice",
      { ...allow, obligations: [redact, { fields: ["/email"], type: "redact_result" }] },
    ],
    ["a duty without a type", { ...allow, obligations: [{ fields: [] }] }],
    ["arguments that are a list", { ...allow, args: [] }],
    ["__proto__ in arguments", { ...allow, args: JSON.parse('{"__proto__":{}}') }],
    [
      "__proto__ in a duty",
      { ...allow, obligations: [JSON.parse('{"type":"a","b":{"__proto__":1}}')] },
    ],
    ["a lone surrogate", { ...deny, reasons: [{ code: "a", message: "\ud800" }] }],
    ["a function in arguments", { ...allow, args: { limit: () => 1 } }],
    [
      "a getter that throws",
      {
        ...allow,
        get args() {
          throw new Error("no");
        },
      },
    ],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          get() {
            throw new Error("no");
          },
        },
      ),
    ],
  ])("%s", (_, answer) => {
    expect(malformed(answer)).toBe(true);
  });
});

test.prop([fc.jsonValue()])("no JSON that is not an allow is taken for one", (answer) => {
  expect(decodeDecision(answer).effect).toBe("deny");
});
