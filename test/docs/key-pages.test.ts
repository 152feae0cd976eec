import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tokenPattern } from "@scopeward/keys";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../../tools/servers/postgres.ts";
import { startRedis } from "../../tools/servers/redis.ts";
import { repositoryRoot } from "../architecture/repository.ts";
import { codeBlocks } from "./code-block.ts";

const entry = join(repositoryRoot, "packages/scopeward/src/main.ts");
// Each command is a process of its own, and some build the policies.
const longer = { timeout: 600_000 };

const urls: Record<string, string> = {};
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const postgres = await startPostgres();
  stops.push(async () => await postgres.stop());
  const redis = await startRedis();
  stops.push(async () => await redis.stop());
  urls["POSTGRES_URL"] = postgres.url;
  urls["REDIS_URL"] = redis.url;
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** A shell script in which `scopeward` is this repository's, and each line must succeed. */
function script(blocks: readonly string[]): string {
  const command = `scopeward() { "${process.execPath}" "${entry}" "$@"; }`;
  return ["set -eu", command, ...blocks].join("\n");
}

test.each(["keys.md", "operations.md"])(
  "the blocks of %s work, one after another",
  longer,
  (page) => {
    // Inside the repository, so that a program finds the packages.
    const parent = join(repositoryRoot, "reports/docs");
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(join(parent, "scopeward-keys-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const project = join(folder, "project");
    mkdirSync(project);
    const blocks = codeBlocks(readFileSync(join(repositoryRoot, "docs", page), "utf8"));
    for (const { language, file, text } of blocks) {
      expect(["sh", "ts", "text"]).toContain(language);
      if (language !== "ts") continue;
      expect(file).toBeDefined();
      writeFileSync(join(project, file ?? ""), text);
    }
    const lines = blocks.filter(({ language }) => language === "sh").map(({ text }) => text);
    const run = spawnSync("bash", ["-c", script(["scopeward init", ...lines])], {
      cwd: project,
      encoding: "utf8",
      env: {
        ...process.env,
        ...urls,
        PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
        XDG_CONFIG_HOME: join(folder, "configuration"),
      },
    });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  },
);

const keyPage = readFileSync(join(repositoryRoot, "docs/keys.md"), "utf8");

test("the pattern for scanners stands on the page as it is exported", () => {
  expect(keyPage).toContain(tokenPattern);
});
