import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ApprovalRecord } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openScopeward } from "../../../../src/open-scopeward.ts";
import { jsonOf } from "../../../command-line.ts";
import { approvalsProject } from "../approvals-project.ts";

test("a person with the scope says yes, and it is kept with who said it", async () => {
  const project = await approvalsProject();
  const id = await project.ask("a");
  const token = await project.issue("user:grace", "approvals:answer");
  const run = await project.run(["approve", id, "--note", "fine by me", "--json"], { token });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  const answer = {
    verdict: "approve",
    approver: { type: "user", id: "grace" },
    note: "fine by me",
  };
  expect(jsonOf(run)).toMatchObject({ id, status: "approved", answer });
  expect(await project.kept(id)).toMatchObject({ status: "approved", answer });
});

test("the token may come on standard input, and people read what they approved", async () => {
  const project = await approvalsProject();
  const id = await project.ask("a");
  const token = await project.issue("user:grace", "approvals:answer");
  const { code, stdout } = await project.run(["approve", id], { input: `${token}\n` });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^status +approved$/mu);
  expect(stdout).toMatch(/^answer +approve by user:grace$/mu);
});

describe("who may not answer changes nothing: exit 2 with the code", () => {
  test.for([
    ["a key without the scope", "user:grace", "notes:read", "scope:missing"],
    ["the one whose call it is", "user:ada", "approvals:answer", "engine:approval_invalid"],
    ["one whom a policy refuses", "user:heidi", "approvals:answer", "not_today"],
  ] as const)("%s", async ([, owner, scope, code]) => {
    const project = await approvalsProject();
    const id = await project.ask("a", { keyId: "00000000000a" });
    const token = await project.issue(owner, scope);
    const run = await project.run(["approve", id, "--json"], { token });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toMatchObject({ outcome: "refused", code });
    expect(await project.kept(id)).toMatchObject({ status: "pending" });
  });

  test.for(["", "no token"])("the text %j is no token", async (input) => {
    const project = await approvalsProject();
    const id = await project.ask("a");
    const run = await project.run(["approve", id, "--json"], { input });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "key:malformed" });
  });
});

test("what is answered or over takes no answer: exit 1", async () => {
  const project = await approvalsProject();
  const answered = await project.ask("a");
  const over = await project.ask("b", { expiresAt: new Date(Date.now() - 1_000).toISOString() });
  const token = await project.issue("user:grace", "approvals:answer");
  expect((await project.run(["approve", answered], { token })).code).toBe(0);
  for (const [id, code] of [
    [answered, "approval_approved"],
    [over, "approval_expired"],
  ] as const) {
    const run = await project.run(["approve", id, "--json"], { token });
    expect(run.code).toBe(1);
    expect(jsonOf(run)).toMatchObject({ outcome: "refused", code });
  }
});

test("an approval that there is not: exit 3, before a token is asked for", async () => {
  const project = await approvalsProject();
  const run = await project.run(["approve", "0".repeat(24), "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "approval_unknown" });
});

test("policies that are not there, and a URL that names no store: exit 3, no data", async () => {
  const project = await approvalsProject();
  const id = await project.ask("a");
  const token = await project.issue("user:grace", "approvals:answer");
  const wrong = await project.run(["approve", id, "--store", "mysql://x"], { token });
  expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 3, stdout: "" });
  await rm(join(project.cwd, "policies.tar.gz"));
  const { code, stdout, stderr } = await project.run(["approve", id], { token });
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).not.toContain("    at ");
  expect(((await project.kept(id)) as ApprovalRecord).status).toBe("pending");
});

test("a call that was parked in another process goes on once it is approved, and only once", async () => {
  const project = await approvalsProject();
  const [ada, grace] = [
    await project.issue("user:ada", "notes:purge"),
    await project.issue("user:grace", "approvals:answer"),
  ];
  for (const [name, value] of Object.entries(project.env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const ward = await openScopeward(join(project.cwd, "scopeward.config.mts"));
  onTestFinished(async () => await ward.close());
  const purge = { name: "purge_notes", execute: () => "purged" };
  const parked = await ward.enforcer.run({ token: ada, args: { all: true } }, purge);
  if (parked.kind !== "approval") throw new Error(parked.kind);
  const call = { token: ada, args: { all: true }, approval: parked.approval.id };
  expect(await ward.enforcer.run(call, purge)).toMatchObject({ kind: "deny" });

  const shown = await project.run(["show", parked.approval.id]);
  expect(shown.stdout).toMatch(/^because +purge: it cannot be undone$/mu);
  expect((await project.run(["approve", parked.approval.id], { token: grace })).code).toBe(0);

  expect(await ward.enforcer.run(call, purge)).toMatchObject({ kind: "done", result: "purged" });
  expect(await ward.enforcer.run(call, purge)).toMatchObject({
    kind: "deny",
    decision: { reasons: [{ code: "engine:approval_invalid" }] },
  });
  expect(await project.kept(parked.approval.id)).toMatchObject({ status: "consumed" });
});
