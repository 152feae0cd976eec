import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { keysProject } from "../../../keys-project.ts";

function id(issued: { readonly key: KeyRecord }): string {
  return issued.key.id;
}

test("all filters that are given must hold", async () => {
  const project = await keysProject();
  const reader = await project.issue("--expires", "7d");
  const writer = await project.issue("--scope", "notes:write", "--expires", "60d");
  const other = await project.issue("--owner", "user:grace");
  const child = await project.issue("--parent", reader.key.id);
  await project.answer(["disable", other.key.id, "--json"]);
  const ids = async (...args: string[]): Promise<readonly string[]> =>
    (await project.answer<KeyRecord[]>(["list", ...args, "--json"])).map((key) => key.id);

  expect(await ids()).toEqual([reader, writer, other, child].map(id));
  expect(await ids("--owner", "user:grace")).toEqual([id(other)]);
  expect(await ids("--scope", "notes:write")).toEqual([id(writer)]);
  expect(await ids("--expiring", "14d")).toEqual([id(reader), id(child)]);
  expect(await ids("--status", "disabled")).toEqual([id(other)]);
  expect(await ids("--parent", reader.key.id)).toEqual([id(child)]);
  expect(await ids("--owner", "user:ada", "--status", "disabled")).toEqual([]);
});

test("nothing is shown to a key that is none for management: exit 2", async () => {
  const project = await keysProject();
  const { token } = await project.issue();
  const env = { SCOPEWARD_MANAGEMENT_TOKEN: token };
  const { code, stdout } = await project.run(["list", "--json"], { env });
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: "refused", code: "exceeds_authority" });
});

test("people get a table", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const { code, stdout } = await project.run(["list"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^id +owner +kind +scopes +status +expires +last used\n/u);
  expect(stdout).toMatch(new RegExp(`^${key.id} +user:ada +int +notes:read +active +never`, "mu"));
});

test("where no key was issued the list is empty", async () => {
  expect(await (await keysProject()).answer(["list", "--json"])).toEqual([]);
});

test("an empty list says whether there are no keys, or none that match", async () => {
  const project = await keysProject();
  expect((await project.run(["list"])).stderr).toContain("--state");
  await project.issue();
  expect((await project.run(["list", "--owner", "user:nobody"])).stderr).toBe("no key matches\n");
});

test.for([
  [["--owner", ""]],
  [["--owner", "ada"]],
  [["--scope", ""]],
  [["--expiring", ""]],
  [["--expiring", "soon"]],
  [["--parent", ""]],
  [["--parent", "x"]],
  [["--status", "expired"]],
  [["surplus"]],
] as const)("`list %j` is invalid input: exit 3, no data", async ([args]) => {
  const project = await keysProject();
  await project.issue();
  const { code, stdout, stderr } = await project.run(["list", ...args, "--json"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).not.toBe("");
});
