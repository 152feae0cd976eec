import { spawn } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { entry } from "../command-line.ts";
import { projectFolder } from "../temporary-folder.ts";

/** A running command, and a promise for the next time that its output matches. */
function watching(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, [entry, ...args], { cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  let look: (() => void) | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      look?.();
    });
  }
  const seen = async (pattern: RegExp): Promise<string> =>
    await new Promise((resolve) => {
      look = () => {
        if (!pattern.test(text)) return;
        const found = text;
        text = "";
        look = undefined;
        resolve(found);
      };
      look();
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, seen, ended };
}

test("`check --watch` checks again after a change, tells the time, and ends on a signal", async () => {
  const cwd = await projectFolder();
  const { child, seen, ended } = watching(["check", "--watch"], cwd);
  await seen(/no problems[^]*took \d+ ms, waiting for changes/u);
  const file = join(cwd, "policies/features/notes.rego");
  await appendFile(file, "\ndeny contains {\n");
  const found = await seen(/waiting for changes/u);
  expect(found).toMatch(/policies\/features\/notes\.rego:\d+:\d+: error rego_parse_error/u);
  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("`test --watch` runs the tests again", async () => {
  const cwd = await projectFolder();
  const { child, seen, ended } = watching(["test", "--watch"], cwd);
  await seen(/4 passed, 0 failed[^]*waiting for changes/u);
  await appendFile(join(cwd, "policies/features/notes_test.rego"), "\ntest_more if false\n");
  await seen(/4 passed, 1 failed[^]*waiting for changes/u);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});
