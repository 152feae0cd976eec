import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("a key is shown as it was issued", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  expect(await project.answer(["show", key.id, "--json"])).toEqual(key);
  const { code, stdout } = await project.run(["show", key.id]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^key +${key.id}$`, "mu"));
});

test.for(["000000000009", "x", "../keys.db"])("there is no key `%s`: exit 3", async (id) => {
  const project = await keysProject();
  const run = await project.run(["show", id, "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "key_unknown" });
});

test("a store that cannot be read is a fault: exit 1 with the reason, no data", async () => {
  const project = await keysProject();
  const args = ["show", "000000000001", "--store", "sqlite:policies.tar.gz", "--json"];
  const { code, stdout, stderr } = await project.run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error");
  expect(stderr).not.toContain("    at ");
});
