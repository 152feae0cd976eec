import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { codeBlocks } from "./code-block.ts";

const entry = join(repositoryRoot, "packages/scopeward/src/main.ts");
const examples = readdirSync(join(repositoryRoot, "packages")).flatMap((name) => {
  const path = `packages/${name}/README.md`;
  return codeBlocks(readFileSync(join(repositoryRoot, path), "utf8"))
    .filter(({ language }) => language === "ts" || language === "js")
    .map(({ row, text }) => ({ place: `${path}:${row}`, text }));
});

// Inside the repository, so that the packages are found; with what a reader has after the quick start.
const parent = join(repositoryRoot, "reports/docs");
let folder: string;

/** What a program that fails wrote; empty where it did not fail. */
function faultOf(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    // The first key makes a pepper in the user's configuration folder.
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, "configuration") },
  });
  return status === 0 ? "" : `${String(status)}\n${stdout}${stderr}`;
}

beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, "scopeward-readme-"));
  const fault = faultOf(entry, "init") || faultOf(entry, "build", "-o", "bundle.tar.gz");
  if (fault !== "") throw new Error(fault);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("each package has an example", () => {
  expect(examples).toHaveLength(readdirSync(join(repositoryRoot, "packages")).length);
});

test.for(examples)("the example at $place runs in a project of `init`", ({ text }) => {
  writeFileSync(join(folder, "example.mts"), text);
  expect(faultOf("example.mts")).toBe("");
});
