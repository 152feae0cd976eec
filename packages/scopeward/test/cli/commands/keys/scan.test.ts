import { existsSync } from "node:fs";
import { join } from "node:path";
import { findTokens, mintToken } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";
import { writeFiles } from "../../../temporary-folder.ts";

test("a token in a file is told with its place, key and owner, and never shown: exit 1", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  await writeFiles(project.cwd, { "src/config.ts": `// keep\n  key = "${token}";\n` });
  const run = await project.run(["scan", "src"]);
  expect(run.code).toBe(1);
  expect(run.stdout).toContain(
    `src/config.ts:2:10: key ${key.id} (int): user:ada, live\n1 token found\n`,
  );
  expect(findTokens(run.stdout)).toEqual([]);
  const json = await project.run(["scan", "src", "--json"]);
  expect(json.code).toBe(1);
  expect(jsonOf(json)).toEqual([
    {
      file: "src/config.ts",
      row: 2,
      column: 10,
      id: key.id,
      kind: "int",
      owner: "user:ada",
      state: "live",
      live: true,
    },
  ]);
});

test("a key that was revoked is told as such, one of another store as unknown", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  await project.answer(["revoke", key.id, "--json"]);
  const foreign = mintToken("ext", "000000000009").reveal();
  const run = await project.run(["scan", "--json"], { input: `${token}\n${foreign}` });
  expect(run.code).toBe(1);
  expect(jsonOf(run)).toEqual([
    expect.objectContaining({ file: "-", row: 1, id: key.id, state: "revoked", live: false }),
    expect.objectContaining({ file: "-", row: 2, kind: "ext", state: "unknown", live: false }),
  ]);
});

test("without a store at hand nothing is said of the owner, and no store is made", async () => {
  const project = await keysProject();
  const input = mintToken("agt", "000000000009").reveal();
  const run = await project.run(["scan", "-"], { input });
  expect(run.code).toBe(1);
  expect(run.stdout).toBe("-:1:1: key 000000000009 (agt)\n1 token found\n");
  expect(existsSync(join(project.cwd, ".scopeward"))).toBe(false);
});

test("no token is exit 0", async () => {
  const project = await keysProject();
  await writeFiles(project.cwd, { "a.txt": "sward_int_000000000009_junk" });
  const run = await project.run(["scan", "a.txt", "policies.tar.gz"]);
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 0, stdout: "no token found\n" });
  expect(await project.answer(["scan", "--json"], { input: "nothing" })).toEqual([]);
});

test("a path that is not there is invalid input: exit 3, and nothing is scanned", async () => {
  const project = await keysProject();
  const { code, stdout, stderr } = await project.run(["scan", ".", "nowhere"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain("nowhere");
});

test("what no scan looked into is told", async () => {
  const project = await keysProject();
  await writeFiles(project.cwd, { "node_modules/a/index.js": "1" });
  const { code, stderr } = await project.run(["scan", "."]);
  expect(code).toBe(0);
  expect(stderr).toContain("node_modules");
});
