import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("a child is issued below its parent, and ends with it", async () => {
  const project = await keysProject();
  const { key } = await project.issue("--scope", "notes:write");
  const { key: child, token } = await project.answer<{ key: KeyRecord; token: string }>([
    "delegate",
    key.id,
    "--kind",
    "agt",
    "--scope",
    "notes:read",
    "--expires",
    "1h",
    "--json",
  ]);
  expect(child).toMatchObject({ parent: key.id, kind: "agt", owner: "user:ada" });
  expect((await project.run(["verify"], { input: token })).code).toBe(0);
  await project.answer(["revoke", key.id, "--json"]);
  const run = await project.run(["verify"], { input: token });
  expect(jsonOf(run)).toEqual({ outcome: "rejected", code: "key:parent_inactive" });
});

test("more than the parent may is refused: exit 2", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const run = await project.run(["delegate", key.id, "--scope", "notes:write", "--json"]);
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "exceeds_parent" });
});

test("a parent that does not work any more has no new children: exit 1", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  await project.answer(["revoke", key.id, "--json"]);
  const run = await project.run(["delegate", key.id, "--scope", "notes:read", "--json"]);
  expect(run.code).toBe(1);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "parent_inactive" });
});

test("five below the root is the limit: exit 3", async () => {
  const project = await keysProject();
  let { id } = (await project.issue()).key;
  for (let depth = 1; depth <= 5; depth++) {
    const args = ["delegate", id, "--scope", "notes:read", "--json"];
    ({ id } = (await project.answer<{ key: KeyRecord }>(args)).key);
  }
  const run = await project.run(["delegate", id, "--scope", "notes:read", "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "too_deep" });
});

test("without an id it is invalid input: exit 3, no data", async () => {
  const { code, stdout } = await (await keysProject()).run(["delegate", "--scope", "notes:read"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});
