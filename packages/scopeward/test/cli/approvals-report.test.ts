import type { Reason } from "@scopeward/core";
import { describe, expect, test } from "vitest";
import { reportDenied, reportUnanswerable } from "../../src/cli/approvals-report.ts";
import type { ExitCode } from "../../src/cli/exit-code.ts";
import { recordedOutput } from "../recorded-output.ts";

interface Reported {
  readonly exit: ExitCode;
  readonly json: unknown;
  readonly stderr: string;
}

function denied(...reasons: readonly Reason[]): Reported {
  const { output, stdout, stderr } = recordedOutput();
  const exit = reportDenied({ effect: "deny", reasons, obligations: [] }, "json", output);
  return { exit, json: JSON.parse(stdout()), stderr: stderr() };
}

describe("why nobody could answer is told by the exit code", () => {
  test.for([
    ["scope:missing", 2],
    ["key:revoked", 2],
    ["not_today", 2],
    ["engine:approval_invalid", 2],
    ["engine:audit_unavailable", 1],
    ["engine:no_bundle", 1],
  ] as const)("`%s` is %i", ([code, exit]) => {
    const reported = denied({ code });
    expect(reported.exit).toBe(exit);
    expect(reported.json).toMatchObject({ outcome: "refused", code });
    expect(reported.stderr).toContain(code);
  });
});

test.for([
  ["key:malformed", "SCOPEWARD_TOKEN"],
  ["scope:unknown", "scopes["],
  ["scope:missing", "answer_approval"],
] as const)("`%s` says what to do next", ([code, next]) => {
  expect(denied({ code }).stderr).toContain(next);
});

test("a decision without a reason is a fault, and no answer", () => {
  expect(denied().exit).toBe(1);
});

test("no message of a policy, and no id, drives the terminal", () => {
  const hostile = "\u001B[2J\u202Ex\ny";
  expect(denied({ code: "not_today", message: hostile }).stderr).not.toMatch(/[^\n\P{C}]/u);
  for (const status of ["unknown", "denied"] as const) {
    const { output, stderr } = recordedOutput();
    reportUnanswerable(hostile, status, "pretty", output);
    expect(stderr()).not.toMatch(/[^\n\P{C}]/u);
    expect(stderr().trim().split("\n")).toHaveLength(1);
  }
});
