import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { approvalsProject } from "../approvals-project.ts";

test("a question is shown with every argument in full", async () => {
  const project = await approvalsProject();
  const args = { text: "x".repeat(5_000), path: "\u001B[2J\u202E/etc" };
  const id = await project.ask("a", { args });
  expect(jsonOf(await project.run(["show", id, "--json"]))).toEqual(await project.kept(id));
  const { code, stdout } = await project.run(["show", id]);
  expect(code).toBe(0);
  expect(stdout).toContain(`"${args.text}"`);
  expect(stdout).toMatch(/^for +user:ada$/mu);
  expect(stdout).toMatch(/^status +pending$/mu);
  expect(stdout).not.toMatch(/[^\n\P{C}]/u);
});

test.for(["0".repeat(24), "x", "../approvals.db"])(
  "there is no approval `%s`: exit 3",
  async (id) => {
    const project = await approvalsProject();
    for (const asked of [false, true]) {
      if (asked) await project.ask("a");
      const run = await project.run(["show", id, "--json"]);
      expect(run.code).toBe(3);
      expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "approval_unknown" });
    }
  },
);
