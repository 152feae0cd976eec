import type { LintFinding } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("keys in order are exit 0", async () => {
  const project = await keysProject();
  await project.issue("--expires", "90d");
  expect(await project.answer(["lint", "--json"])).toEqual([]);
  const { code, stdout } = await project.run(["lint"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "nothing found\n" });
});

test("what somebody should look at is exit 1", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const run = await project.run(["lint", "--json"]);
  expect(run.code).toBe(1);
  const findings = jsonOf(run) as readonly LintFinding[];
  expect(findings).toContainEqual(
    expect.objectContaining({ rule: "no_expiry", keyId: key.id, owner: "user:ada" }),
  );
  const people = await project.run(["lint"]);
  expect(people.code).toBe(1);
  expect(people.stdout).toMatch(new RegExp(`^${key.id} +user:ada +no_expiry `, "mu"));
});

test("policies that are not there are invalid input: exit 3", async () => {
  const { code, stdout } = await (await keysProject()).run(["lint", "--policies", "nowhere"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});
