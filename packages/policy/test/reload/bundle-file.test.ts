import { open, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundleSourceCases } from "@scopeward/sdk/conformance";
import type { BundleSourceHarness } from "@scopeward/sdk/conformance";
import { describe, expect, test } from "vitest";
import { bundleFile as fileSource } from "../../src/reload/bundle-file.ts";
import { temporaryFolder, watchBundle, writeFiles } from "./watched-folder.ts";
import type { Watching } from "./watched-folder.ts";

const settleMs = 200;

async function bundleFile(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { "bundle.tar.gz": "first" });
  return join(folder, "bundle.tar.gz");
}

async function nextText(watching: Watching<Uint8Array>): Promise<string> {
  return Buffer.from(await watching.nextLoaded()).toString();
}

test("a bundle that another is renamed over is loaded, each time", async () => {
  const file = await bundleFile();
  const watching = await watchBundle(file, { settleMs, pollMs: 600_000 });
  for (const text of ["second", "third!"]) {
    await writeFile(`${file}.next`, text);
    await rename(`${file}.next`, file);
    expect(await nextText(watching)).toBe(text);
  }
  expect(watching.heard).toHaveLength(2);
});

test("a bundle that is truncated in place is refused, and the whole one is loaded", async () => {
  const file = await bundleFile();
  await writeFile(file, "whole, not broken");
  const watching = await watchBundle(file, { settleMs });
  await truncate(file, 0);
  await writeFile(file, "broken");
  expect(await watching.nextCodes()).toEqual(["rego_parse_error"]);
  await writeFile(file, "whole");
  expect(await nextText(watching)).toBe("whole");
});

test("a bundle that is written slowly is loaded when it is whole", async () => {
  const file = await bundleFile();
  const watching = await watchBundle(file, { settleMs: 400 });
  const handle = await open(file, "w");
  for (const part of ["se", "co", "nd"]) {
    await handle.write(part);
    await sleep(50);
  }
  await handle.close();
  expect(await nextText(watching)).toBe("second");
  expect(watching.loads.begun).toBe(1);
});

test("a bundle that is removed leaves the last one, and is loaded when it is back", async () => {
  const file = await bundleFile();
  const watching = await watchBundle(file, { settleMs });
  await rm(file);
  expect(await watching.next()).toMatchObject({
    problems: [{ code: "bundle_unavailable", message: expect.stringContaining("bundle.tar.gz") }],
  });
  await writeFile(file, "second");
  expect(await nextText(watching)).toBe("second");
});

test("a bundle that is copied again is not loaded again", async () => {
  const file = await bundleFile();
  const watching = await watchBundle(file, { settleMs });
  await writeFile(`${file}.next`, "first");
  await rename(`${file}.next`, file);
  await sleep(100);
  await writeFile(file, "second");
  expect(await nextText(watching)).toBe("second");
  expect(watching.loads.begun).toBe(1);
});

test("a link to a bundle follows its target, and a swap of the link", async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { "1.tar.gz": "first", "2.tar.gz": "second" });
  await symlink("1.tar.gz", join(folder, "current"));
  const watching = await watchBundle(join(folder, "current"), { settleMs });
  await symlink("2.tar.gz", join(folder, "next"));
  await rename(join(folder, "next"), join(folder, "current"));
  expect(await nextText(watching)).toBe("second");
  await writeFile(join(folder, "2.tar.gz"), "third");
  expect(await nextText(watching)).toBe("third");
});

test("a bundle that is too large, or a folder, is refused", async () => {
  const file = await bundleFile();
  const watching = await watchBundle(file, { settleMs, maxBytes: 10 });
  await writeFile(file, "longer than ten bytes");
  expect(await watching.nextCodes()).toEqual(["bundle_unavailable"]);
  await rm(file);
  await writeFiles(file, { "data.json": "{}" });
  expect(await watching.next()).toMatchObject({ problems: [{ code: "bundle_unavailable" }] });
});

async function fileHarness(): Promise<BundleSourceHarness> {
  const file = join(await temporaryFolder(), "bundle.tar.gz");
  return {
    open: async () => fileSource(file),
    put: async (bytes) => {
      await writeFile(`${file}.next`, bytes);
      await rename(`${file}.next`, file);
    },
    remove: async () => await rm(file, { force: true }),
  };
}

describe("a file as a source of bundles", () => {
  test.for(bundleSourceCases)("$name", async ({ run }) => {
    await expect(run(await fileHarness())).resolves.toBeUndefined();
  });

  test("is named by its whole path, so that another working folder changes nothing", () => {
    expect(fileSource("bundle.tar.gz").name).toBe(resolve("bundle.tar.gz"));
  });
});
