import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { templateFiles } from "../src/cli/template-files.ts";

/** A folder with these files that is gone after the test. */
export async function temporaryFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "scopeward-")));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
}

/** Writes files below a folder, with the folders that they need. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** A folder with what `scopeward init` makes, and with these files beside or instead. */
export async function projectFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = { configuration: "scopeward.config.mts", workflow: false, version: "0.0.0" };
  return await temporaryFolder({ ...templateFiles(options), ...files });
}

/** A request that the project's policies allow. */
export const allowedRequest = {
  phase: "call",
  subject: { type: "user", id: "ada" },
  key: { id: "000000000001", audience: "internal", scopes: ["notes:read"] },
  action: { type: "tool", name: "search_notes" },
  args: { words: "launch" },
  context: { time: "2026-01-31T12:00:00Z" },
} as const;
