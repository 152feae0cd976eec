import { defineObligation } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

const stamp = defineObligation({
  type: "stamp",
  phase: "before",
  parameters: { type: "object" },
  fulfil: () => undefined,
});

test.for<readonly [string, object]>([
  ["an obligation that is built in", { obligations: [{ ...stamp, type: "redact_result" }] }],
  ["an obligation twice", { obligations: [stamp, stamp] }],
  ["an obligation with a malformed type", { obligations: [{ ...stamp, type: "key:stamp" }] }],
  ["parameters that are no schema", { obligations: [{ ...stamp, parameters: { type: "thing" } }] }],
  ["an endless deadline", { obligations: [{ ...stamp, deadlineMs: Number.POSITIVE_INFINITY }] }],
  ["an expected obligation that nobody carries out", { expects: ["stamp"] }],
  ["two providers of one name", { contextProviders: [provider("a"), provider("a")] }],
  ["a provider without a name", { contextProviders: [provider("")] }],
  ["a provider named like a member of all objects", { contextProviders: [provider("__proto__")] }],
  ["a normaliser named like a pointer", { normalisers: [normaliser("/a")] }],
  ["two normalisers of one name", { normalisers: [normaliser("sql"), normaliser("sql")] }],
  ["a bound that is none", { bounds: { portMs: 0 } }],
  ["a bound that is no number", { bounds: { approvalMs: Number.NaN } }],
])("%s is refused at the start", ([, parts]) => {
  expect(() => new Stage().enforcer(parts)).toThrow(TypeError);
});

test("what is expected and carried out is accepted", () => {
  expect(() =>
    new Stage().enforcer({ obligations: [stamp], expects: ["stamp", "redact_result"] }),
  ).not.toThrow();
});

function provider(name: string): object {
  return { name, provide: () => undefined };
}

function normaliser(name: string): object {
  return { name, normalise: () => ({ kind: "underived", detail: "x" }) };
}
