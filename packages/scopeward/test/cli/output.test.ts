import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { openOutput } from "../../src/cli/output.ts";
import { entry, scopeward } from "../command-line.ts";
import { projectFolder } from "../temporary-folder.ts";

test("a reader that goes away is no failure: the exit code is the command's", async () => {
  const cwd = await projectFolder({
    "policies/features/broken.rego": "package features.broken\n{",
  });
  const child = spawn(process.execPath, [entry, "check"], { cwd });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
});

test("no colours on a pipe, whatever the environment of a CI says", async () => {
  const cwd = await projectFolder({
    "policies/features/broken.rego": "package features.broken\n{",
  });
  const env = { CI: "true", FORCE_COLOR: "" };
  const { stdout, stderr } = await scopeward(["check"], { cwd, env });
  expect(stdout + stderr).not.toContain("\u001B[");
});

function terminal(): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  const stream = new PassThrough();
  let written = "";
  stream.setEncoding("utf8").on("data", (text: string) => (written += text));
  const tty = Object.assign(stream, { isTTY: true }) as unknown as NodeJS.WriteStream;
  return { stream: tty, text: () => written };
}

test("colours on a terminal, none with NO_COLOR", () => {
  const { stream } = terminal();
  vi.stubEnv("NO_COLOR", "").stubEnv("TERM", "xterm");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(openOutput(stream, stream).colors.red("x")).toBe("\u001B[31mx\u001B[39m");
  vi.stubEnv("NO_COLOR", "1");
  expect(openOutput(stream, stream).colors.red("x")).toBe("x");
});

test("a wait of over a second is told on a terminal, and wiped afterwards", async () => {
  const { stream, text } = terminal();
  const output = openOutput(stream, stream);
  expect(await output.progress("building", sleep(1200, "done"))).toBe("done");
  expect(text()).toBe("\rbuilding … 1 s\r\u001B[K");
});

test("a short wait, or one that nobody watches, is not told", async () => {
  const { stream, text } = terminal();
  await openOutput(stream, stream).progress("building", sleep(20));
  const pipe = new PassThrough() as unknown as NodeJS.WriteStream;
  await openOutput(pipe, pipe).progress("building", sleep(1200));
  expect(text()).toBe("");
  expect((pipe as unknown as PassThrough).read()).toBeNull();
});
