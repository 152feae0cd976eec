import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ApprovalRecord } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { approvalsProject } from "../approvals-project.ts";

test("questions are listed oldest first, and by their status now", async () => {
  const project = await approvalsProject();
  const late = await project.ask("late");
  const over = await project.ask("over", {
    createdAt: "2026-01-01T00:00:00Z",
    expiresAt: new Date(Date.now() - 1_000).toISOString(),
  });
  const ids = async (...args: string[]): Promise<readonly string[]> => {
    const run = await project.run(["list", ...args, "--json"]);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    return (jsonOf(run) as ApprovalRecord[]).map(({ id }) => id);
  };
  expect(await ids()).toEqual([over, late]);
  expect(await ids("--status", "pending")).toEqual([late]);
  expect(await ids("--status", "expired")).toEqual([over]);
});

test("people get a table with ages, in which no call can make a row of its own", async () => {
  const project = await approvalsProject();
  const id = await project.ask("a", {
    subject: { type: "user", id: "x\n\u001B[2J\u202Eapproved" },
  });
  const { code, stdout } = await project.run(["list"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^id +status +tool +for +asked +expires\n/u);
  expect(stdout).toMatch(
    new RegExp(
      `^${id} +pending +write_note +user:x.+Z \\(3 min ago\\) +2.+Z \\(in 1\\d min\\)$`,
      "mu",
    ),
  );
  expect(stdout.split("\n")).toHaveLength(3);
  expect(stdout).not.toMatch(/[^\n\P{C}]/u);
});

test("where nobody was asked the list is empty, and looking makes no queue", async () => {
  const project = await approvalsProject();
  const run = await project.run(["list", "--json"]);
  expect(run.code).toBe(0);
  expect(jsonOf(run)).toEqual([]);
  expect(run.stderr).toContain("--state");
  expect(existsSync(join(project.cwd, ".scopeward", "approvals.db"))).toBe(false);
  await project.ask("a");
  expect((await project.run(["list", "--status", "denied"])).stderr).toContain(
    "no approval matches",
  );
  expect(jsonOf(await project.run(["list", "--json", "--state", "elsewhere"]))).toEqual([]);
});

test("a queue that cannot be read is a fault: exit 1 with the reason, no data", async () => {
  const project = await approvalsProject();
  await project.ask("a");
  await writeFile(join(project.cwd, ".scopeward", "approvals.db"), "x".repeat(5_000));
  const { code, stdout, stderr } = await project.run(["list", "--json"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("approvals.db");
  expect(stderr).not.toContain("    at ");
});
