import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { approvalsProject } from "../approvals-project.ts";

test("a person with the scope says no, and there is no way back", async () => {
  const project = await approvalsProject();
  const id = await project.ask("a");
  const token = await project.issue("user:grace", "approvals:answer");
  const run = await project.run(["deny", id, "--note", "too large", "--json"], { token });
  expect(run.code).toBe(0);
  const answer = { verdict: "deny", approver: { type: "user", id: "grace" }, note: "too large" };
  expect(jsonOf(run)).toMatchObject({ id, status: "denied", answer });
  const again = await project.run(["approve", id, "--json"], { token });
  expect(again.code).toBe(1);
  expect(jsonOf(again)).toMatchObject({ code: "approval_denied" });
  expect(await project.kept(id)).toMatchObject({ status: "denied", answer });
});

test("a person without the scope cannot even say no: exit 2", async () => {
  const project = await approvalsProject();
  const id = await project.ask("a");
  const token = await project.issue("user:grace", "notes:read");
  const run = await project.run(["deny", id, "--json"], { token });
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toMatchObject({ code: "scope:missing" });
  expect(await project.kept(id)).toMatchObject({ status: "pending" });
});
