import { describe, expect, test } from "vitest";
import type { Obligation } from "@scopeward/core";
import { obligationCases } from "../../src/conformance.ts";
import type { ObligationHarness } from "../../src/conformance.ts";
import { allowSelfApproval } from "../../src/obligations/allow-self-approval.ts";
import { audit } from "../../src/obligations/audit.ts";
import { builtInObligations } from "../../src/obligations/built-in-obligations.ts";
import { maxOutputTokens } from "../../src/obligations/max-output-tokens.ts";
import { notifyObligation } from "../../src/obligations/notify.ts";
import { redactResult } from "../../src/obligations/redact-result.ts";

const email: Obligation = { type: "redact_result", fields: ["/email"] };
const digits: Obligation = { type: "redact_result", pattern: "[0-9]{4}", replacement: "#" };
const model = { type: "model", name: "chat" } as const;
const answering = { type: "tool", name: "answer_approval" } as const;

const harnesses: readonly ObligationHarness[] = [
  {
    handler: redactResult,
    samples: [
      {
        obligation: email,
        result: { email: "hidden@example.com", list: [{ email: 1, id: 2 }] },
        transformed: { list: [{ id: 2 }] },
        report: { removed: 2, replaced: 0 },
      },
      {
        obligation: email,
        result: '{"email": "hidden", "text": "é😀"}',
        transformed: '{"text":"é😀"}',
        report: { removed: 1, replaced: 0 },
      },
      {
        obligation: digits,
        result: "hidden 1234😀5678",
        transformed: "hidden #😀#",
        report: { removed: 0, replaced: 2 },
      },
      {
        obligation: { ...digits, ...email },
        result: [{ email: 1234, "id 1234": 1234 }],
        transformed: [{ "id #": "#" }],
        report: { removed: 1, replaced: 2 },
      },
      {
        obligation: email,
        result: null,
        transformed: null,
        report: { removed: 0, replaced: 0 },
      },
    ],
    impossible: [
      { obligation: email, result: "hidden text" },
      { obligation: email, result: { a: new Date(0) } },
      { obligation: digits, result: new Map() },
      { obligation: { ...digits, pattern: "(" }, result: "text" },
      { obligation: { ...digits, pattern: "x*" }, result: { a: "text" } },
    ],
    invalid: [
      { type: "redact_result" },
      { type: "redact_result", fields: [] },
      { type: "redact_result", fields: "/email" },
      { type: "redact_result", fields: ["email"] },
      { type: "redact_result", fields: [""] },
      { type: "redact_result", fields: ["/a", "/-"] },
      { type: "redact_result", fields: ["/a/-/b"] },
      { type: "redact_result", fields: ["/~"] },
      { type: "redact_result", fields: Array.from({ length: 101 }, () => "/a") },
      { type: "redact_result", fields: ["/email"], replacement: "" },
      { type: "redact_result", pattern: "" },
      { type: "redact_result", pattern: "a", replacement: 1 },
      { type: "redact_result", feilds: ["/email"], pattern: "a" },
    ],
    hidden: ["hidden", "1234"],
  },
  {
    handler: audit,
    samples: [
      {
        obligation: { type: "audit", fields: ["/to", "/none", "/list/0"], note: "outside" },
        args: { to: "ada", list: [{ id: 1 }], body: "hidden" },
        report: { values: { "/to": "ada", "/list/0": { id: 1 } }, note: "outside" },
      },
      { obligation: { type: "audit" }, args: { body: "hidden" }, report: {} },
      {
        obligation: { type: "audit", fields: ["/to"] },
        args: { to: `a sward_int_abcdefghijkl_hidden b` },
        report: { values: { "/to": "a [token] b" } },
      },
    ],
    impossible: [
      { obligation: { type: "audit", fields: ["/to"] }, args: { to: "x".repeat(1_023) } },
      {
        obligation: { type: "audit", fields: Array.from({ length: 9 }, (_, at) => `/${at}`) },
        args: Object.fromEntries(Array.from({ length: 9 }, (_, at) => [at, "x".repeat(1_000)])),
      },
    ],
    invalid: [
      { type: "audit", fields: [] },
      { type: "audit", fields: ["to"] },
      { type: "audit", note: 1 },
      { type: "audit", note: "x".repeat(1_025) },
    ],
    hidden: ["hidden", "sward_"],
  },
  {
    handler: notifyObligation(async ({ channel }) => {
      if (channel === "broken") throw new Error("cannot be reached");
    }),
    samples: [
      {
        obligation: { type: "notify", channel: "security" },
        args: { body: "hidden" },
        report: { channel: "security" },
      },
      {
        obligation: { type: "notify", channel: "chat", message: "look" },
        report: { channel: "chat" },
      },
    ],
    impossible: [{ obligation: { type: "notify", channel: "broken" } }],
    invalid: [
      { type: "notify" },
      { type: "notify", channel: "" },
      { type: "notify", channel: "security", message: 1 },
    ],
    hidden: ["hidden"],
  },
  {
    handler: maxOutputTokens,
    samples: [
      {
        obligation: { type: "max_output_tokens", limit: 1 },
        action: model,
        report: { limit: 1 },
      },
      {
        obligation: { type: "max_output_tokens", limit: 1_000 },
        action: model,
        report: { limit: 1_000 },
      },
    ],
    impossible: [{ obligation: { type: "max_output_tokens", limit: 1 } }],
    invalid: [
      { type: "max_output_tokens" },
      { type: "max_output_tokens", limit: 0 },
      { type: "max_output_tokens", limit: 1.5 },
      { type: "max_output_tokens", limit: "1" },
      { type: "max_output_tokens", limit: 2 ** 53 },
    ],
    hidden: [],
  },
  {
    handler: allowSelfApproval,
    samples: [
      { obligation: { type: "allow_self_approval" }, action: answering },
      { obligation: { type: "allow_self_approval" }, action: answering, args: { id: "hidden" } },
    ],
    impossible: [
      { obligation: { type: "allow_self_approval" } },
      { obligation: { type: "allow_self_approval" }, action: { ...answering, type: "model" } },
    ],
    invalid: [{ type: "allow_self_approval", tools: ["x"] }],
    hidden: ["hidden"],
  },
];

describe.each(harnesses)("`$handler.type`", (harness) => {
  test.for(obligationCases)("$name", async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined();
  });
});

test("each built-in obligation is among them, once", () => {
  const types = builtInObligations(undefined).map(({ type }) => type);
  expect(types).toEqual(harnesses.map(({ handler }) => handler.type).toSorted());
  expect(new Set(types).size).toBe(types.length);
});
