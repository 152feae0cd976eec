import type { RefusalCode } from "@scopeward/keys";
import { expect, test } from "vitest";
import { finishRefused } from "../../src/cli/keys-refusal.ts";
import { recordedOutput } from "../recorded-output.ts";

/** The contract of the command line: which refusal ends with which exit code. */
const exits: Readonly<Record<RefusalCode, number>> = {
  invalid: 3,
  scope_unknown: 3,
  scope_audience: 3,
  constraint_missing: 3,
  catalogue_unavailable: 3,
  key_unknown: 3,
  too_deep: 3,
  idempotency_mismatch: 3,
  exceeds_parent: 2,
  exceeds_authority: 2,
  conflict: 1,
  key_revoked: 1,
  parent_inactive: 1,
  audit_unavailable: 1,
  record_invalid: 1,
};

test.for(Object.entries(exits) as [RefusalCode, number][])(
  "a refusal %s is exit %d",
  ([code, exit]) => {
    const { output } = recordedOutput();
    expect(finishRefused({ kind: "refused", code, message: "no" }, "json", output)).toBe(exit);
  },
);

test("programs read the refusal on standard output, people the message on standard error", () => {
  const { output, stdout, stderr } = recordedOutput();
  const refusal = {
    kind: "refused",
    code: "invalid",
    message: "no \u001B[2J",
    field: "owner",
  } as const;
  finishRefused(refusal, "json", output);
  expect(JSON.parse(stdout())).toEqual({
    outcome: "refused",
    code: "invalid",
    message: "no \u001B[2J",
    field: "owner",
  });
  expect(stderr()).toContain("no");
  expect(stderr()).toContain("invalid");
  expect(stderr()).not.toMatch(/[^\n\P{Cc}]/u);
});

test("without --json there is nothing on standard output", () => {
  const { output, stdout } = recordedOutput();
  finishRefused({ kind: "refused", code: "conflict", message: "no" }, "pretty", output);
  expect(stdout()).toBe("");
});

test.for([
  ["scope_unknown", "scopes", "scopeward inspect"],
  ["key_unknown", undefined, "scopeward keys list"],
  ["invalid", "scopes", "--scope"],
  ["invalid", "mayGrant", "--may-grant-scope"],
  ["invalid", "notBefore", "--not-before"],
] as const)("a refusal %s of %s says what to do on the command line", ([code, field, hint]) => {
  const { output, stderr } = recordedOutput();
  const refusal = { kind: "refused", code, message: "no" } as const;
  finishRefused(field === undefined ? refusal : { ...refusal, field }, "pretty", output);
  expect(stderr()).toContain(hint);
});
