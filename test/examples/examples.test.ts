import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";

const folder = join(repositoryRoot, "examples");
const names = readdirSync(folder);

/** What a reader has to know before the first look at the code fits on a screen. */
const screen = 60;

describe.for(names)("the example %s", (name) => {
  test("tells its story, and every claim in it holds", { timeout: 240_000 }, () => {
    const home = mkdtempSync(join(tmpdir(), "scopeward-example-"));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const { SCOPEWARD_TOKEN: _token, SCOPEWARD_PEPPER: _pepper, ...environment } = process.env;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(folder, name, "main.ts")],
      {
        cwd: repositoryRoot,
        encoding: "utf8",
        env: { ...environment, XDG_CONFIG_HOME: home },
        input: "",
        timeout: 200_000,
      },
    );
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).not.toBe("");
  });

  test("has a page of a screen", () => {
    const page = join(folder, name, "README.md");
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, "utf8").split("\n").length).toBeLessThanOrEqual(screen);
  });
});
