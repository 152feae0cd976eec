import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { codeBlocks } from "./code-block.ts";

const entry = join(repositoryRoot, "packages/scopeward/src/main.ts");

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly text: string;
}

function run(
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Ended {
  const env = { ...process.env, ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env,
    encoding: "utf8",
  });
  return { status, stdout, text: stdout + stderr };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "scopeward-cli-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What the examples after `keys issue` call by name. */
function issued(stdout: string): Readonly<Record<string, string>> {
  const { key, token } = JSON.parse(stdout) as {
    readonly key: { readonly id: string };
    readonly token: string;
  };
  return { KEY: key.id, SCOPEWARD_TOKEN: token };
}

test("the command line reference is what the commands say of themselves", () => {
  const { status, text } = run(["tools/cli-reference.ts", "--check"], repositoryRoot);
  expect(status, text).toBe(0);
});

test("every example of the reference works, one after another in an empty folder", () => {
  const cwd = folder();
  // The first key makes a pepper, which must not end up with the user's own.
  let variables: Readonly<Record<string, string>> = { XDG_CONFIG_HOME: folder() };
  const page = readFileSync(join(repositoryRoot, "docs/cli.md"), "utf8");
  const examples = codeBlocks(page).filter(({ language }) => language === "sh");
  expect(examples).toHaveLength(21);
  for (const { text: line } of examples) {
    const [program, ...words] = line.trim().split(" ");
    expect(program).toBe("scopeward");
    const args = words.map((word) => (word === "$KEY" ? (variables["KEY"] ?? "") : word));
    const { status, stdout, text } = run([entry, ...args], cwd, variables);
    const isIssue = words.join(" ").startsWith("keys issue ");
    // What `issue` says holds a token.
    expect(status, `${line}${isIssue ? "" : text}`).toBe(0);
    if (isIssue) variables = { ...variables, ...issued(stdout) };
  }
});
