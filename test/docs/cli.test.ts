import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { codeBlocks } from "./code-block.ts";

const entry = join(repositoryRoot, "packages/scopeward/src/main.ts");

function run(
  args: readonly string[],
  cwd: string,
): { readonly status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { status, text: stdout + stderr };
}

test("the command line reference is what the commands say of themselves", () => {
  const { status, text } = run(["tools/cli-reference.ts", "--check"], repositoryRoot);
  expect(status, text).toBe(0);
});

test("every example of the reference works, one after another in an empty folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "scopeward-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const page = readFileSync(join(repositoryRoot, "docs/cli.md"), "utf8");
  const examples = codeBlocks(page).filter(({ language }) => language === "sh");
  expect(examples).toHaveLength(7);
  for (const { text: line } of examples) {
    const [program, ...args] = line.trim().split(" ");
    expect(program).toBe("scopeward");
    const { status, text } = run([entry, ...args], folder);
    expect(status, `${line}${text}`).toBe(0);
  }
});
