import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { temporaryFolder, writeFiles } from "../../temporary-folder.ts";

interface Written {
  readonly created: readonly string[];
  readonly skipped: readonly string[];
}

const files = [
  "policies/features/notes.rego",
  "policies/features/notes_test.rego",
  "policies/notes/data.json",
  "policies/schemas/tools/search_notes.json",
  "policies/schemas/tools/write_note.json",
  "request.json",
];

async function init(cwd: string, ...args: string[]): Promise<Written> {
  const run = await scopeward(["init", "--json", ...args], { cwd });
  expect(run.code).toBe(0);
  return jsonOf(run) as Written;
}

test("in an empty folder it makes the project, and nothing else", async () => {
  const cwd = await temporaryFolder();
  expect(await init(cwd)).toEqual({ created: ["scopeward.config.mts", ...files], skipped: [] });
  expect((await readdir(cwd)).toSorted()).toEqual([
    "policies",
    "request.json",
    "scopeward.config.mts",
  ]);
});

test.for([
  ['{ "type": "module" }', "ts"],
  ['{ "type": "commonjs" }', "mts"],
  ["{}", "mts"],
  ["not JSON", "mts"],
] as const)("beside package.json %s the configuration is `.%s`", async ([text, extension]) => {
  const cwd = await temporaryFolder({ "package.json": text, "node_modules/a/index.js": "1" });
  const { created } = await init(cwd);
  expect(created[0]).toBe(`scopeward.config.${extension}`);
  expect(await readFile(join(cwd, "package.json"), "utf8")).toBe(text);
  expect(await readdir(join(cwd, "node_modules"))).toEqual(["a"]);
});

test("the nearest package.json above decides for a folder below it", async () => {
  const cwd = await temporaryFolder({ "package.json": '{ "type": "module" }' });
  const { created } = await init(cwd, "below");
  expect(created[0]).toBe(join("below", "scopeward.config.ts"));
});

test("what is there is listed and left alone", async () => {
  const cwd = await temporaryFolder({ "request.json": "mine" });
  expect((await init(cwd)).skipped).toEqual(["request.json"]);
  expect(await readFile(join(cwd, "request.json"), "utf8")).toBe("mine");
  const again = await init(cwd);
  expect(again).toEqual({ created: [], skipped: ["scopeward.config.mts", ...files] });
});

test("a configuration of another extension counts as the configuration", async () => {
  const cwd = await temporaryFolder({ "scopeward.config.json": "{}" });
  const { created, skipped } = await init(cwd);
  expect(skipped).toEqual(["scopeward.config.json"]);
  expect(created).toEqual(files);
});

test("`--ci github` adds a workflow with the version that made it", async () => {
  const cwd = await temporaryFolder();
  const { created } = await init(cwd, "--ci", "github");
  expect(created).toContain(".github/workflows/scopeward.yml");
  const { stdout } = await scopeward(["--version"]);
  const workflow = await readFile(join(cwd, ".github/workflows/scopeward.yml"), "utf8");
  expect(workflow).toContain(`scopeward@${stdout.trim()} test --format github`);
});

test("a folder that takes no entries is invalid input, and soon", async () => {
  const { code, stderr } = await scopeward(["init", "/proc/scopeward/project"]);
  expect(code).toBe(3);
  expect(stderr).toContain("/proc/scopeward/project");
});

test("a file in the way of a folder is invalid input", async () => {
  const cwd = await temporaryFolder();
  await writeFiles(cwd, { policies: "a file" });
  const { code, stderr } = await scopeward(["init"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain("policies");
});
