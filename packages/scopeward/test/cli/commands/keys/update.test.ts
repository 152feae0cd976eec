import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

interface Changed {
  readonly key: KeyRecord;
}

test("what is given replaces, what is not stays", async () => {
  const project = await keysProject();
  const { key } = await project.issue(
    "--constraint",
    "dataset=sales",
    "--constraint",
    "tool=search_notes",
    "--expires",
    "30d",
    "--name",
    "laptop",
    "--notes",
    "old",
  );
  const update = async (...args: string[]): Promise<KeyRecord> =>
    (await project.answer<Changed>(["update", key.id, ...args, "--json"])).key;

  expect(await update("--scope", "notes:write")).toMatchObject({
    scopes: ["notes:write"],
    constraints: key.constraints,
    name: "laptop",
    version: 2,
  });
  const narrowed = await update("--constraint", "dataset=hr");
  expect(narrowed.constraints).toEqual({ dataset: ["hr"] });
  expect((await update("--no-constraints")).constraints).toEqual({});
  expect(await update("--no-expiry", "--name", "")).not.toHaveProperty("expiresAt");
  const last = await update("--notes", "new");
  expect(last).toMatchObject({ notes: "new", scopes: ["notes:write"] });
  expect(last).not.toHaveProperty("name");
});

test("a name is changed without policies at hand", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const args = ["update", key.id, "--name", "desk", "--policies", "nowhere", "--json"];
  expect((await project.answer<Changed>(args)).key.name).toBe("desk");
});

test("at another version nothing is changed: conflict, exit 1", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const run = await project.run(["update", key.id, "--name", "a", "--version", "7", "--json"]);
  expect(run.code).toBe(1);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "conflict" });
  await project.answer(["update", key.id, "--name", "a", "--version", "1", "--json"]);
});

test("people see the key as it is then", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const { code, stdout } = await project.run(["update", key.id, "--name", "desk"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^name +desk$/mu);
});

test.for([
  [[], "what to change"],
  [["--version", "1"], "what to change"],
  [["--name", "a", "--version", "new"], "whole number"],
  [["--constraint", "dataset=a", "--no-constraints"], "exclude each other"],
  [["--expires", "30d", "--no-expiry"], "exclude each other"],
  [["--constraint", "dataset"], "name=value"],
] as const)("`update ID %j` is invalid input: exit 3, no data", async ([args, hint]) => {
  const project = await keysProject();
  const { code, stdout, stderr } = await project.run(["update", "000000000001", ...args]);
  expect(stderr).toContain(hint);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});

test.for([
  [["--scope", "no:such"], "scope_unknown"],
  [["--scope", "rows:read"], "constraint_missing"],
  [["--expires", "soon"], "invalid"],
] as const)("`update ID %j` is refused with %s: exit 3, nothing changed", async ([args, code]) => {
  const project = await keysProject();
  const { key } = await project.issue();
  const run = await project.run(["update", key.id, ...args, "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code });
  expect(await project.answer(["show", key.id, "--json"])).toEqual(key);
});
