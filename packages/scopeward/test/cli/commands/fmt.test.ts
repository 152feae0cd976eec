import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const untidy = "package lib.a\nx:=1\n";
const tidy = "package lib.a\n\nx := 1\n";

test("prints the formatted text and leaves the file alone", async () => {
  const cwd = await temporaryFolder({ "policies/lib/a.rego": untidy });
  expect(await scopeward(["fmt"], { cwd })).toEqual({ code: 0, stdout: tidy, stderr: "" });
  expect(await readFile(join(cwd, "policies/lib/a.rego"), "utf8")).toBe(untidy);
});

test("`--check` prints the names of unformatted files, exit 1", async () => {
  const cwd = await temporaryFolder({ "policies/lib/a.rego": untidy, "policies/lib/b.rego": tidy });
  expect(await scopeward(["fmt", "--check"], { cwd })).toEqual({
    code: 1,
    stdout: "policies/lib/a.rego\n",
    stderr: "",
  });
});

test("`--write` rewrites and prints their names; then `--check` is content", async () => {
  const cwd = await temporaryFolder({ "policies/lib/a.rego": untidy, "policies/lib/b.rego": tidy });
  const run = await scopeward(["fmt", "--write"], { cwd });
  expect(run).toEqual({ code: 0, stdout: "policies/lib/a.rego\n", stderr: "" });
  expect(await readFile(join(cwd, "policies/lib/a.rego"), "utf8")).toBe(tidy);
  expect(await scopeward(["fmt", "--check"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("a file that does not parse is an error with its place; the others are formatted", async () => {
  const cwd = await temporaryFolder({
    "policies/lib/a.rego": untidy,
    "policies/lib/b.rego": "package lib.b\n{",
  });
  const { code, stdout, stderr } = await scopeward(["fmt"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: tidy });
  expect(stderr).toContain("policies/lib/b.rego:2:1");
});

test("`--json` tells the same", async () => {
  const cwd = await temporaryFolder({ "policies/lib/a.rego": untidy });
  expect(jsonOf(await scopeward(["fmt", "--json"], { cwd }))).toEqual({
    files: [{ file: "policies/lib/a.rego", changed: true, text: tidy }],
    problems: [],
  });
});
