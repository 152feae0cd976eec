import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchPath } from "../../src/reload/path-watch.ts";
import { temporaryFolder, until } from "./watched-folder.ts";

test("a watcher that missed a change is replaced by one that sees the next", async () => {
  const parent = await temporaryFolder();
  const policies = join(parent, "policies");
  mkdirSync(policies);
  mkdirSync(join(parent, "next"));
  let stamp = "first";
  let hints = 0;
  const watched = {
    path: policies,
    concerns: () => true,
    stamp: () => Promise.resolve(stamp),
  };
  const watch = watchPath(
    watched,
    () => {
      hints += 1;
    },
    50,
  );
  onTestFinished(() => watch.close());
  await watch.ready;
  // In one moment: no event tells of it, and the watch handle stays on the folder that is away.
  renameSync(policies, join(parent, "previous"));
  renameSync(join(parent, "next"), policies);
  const beforePoll = hints;
  stamp = "second";
  await until(() => hints >= beforePoll + 2, "the poll told, and the new watcher was ready");
  const beforeWrite = hints;
  writeFileSync(join(policies, "a.rego"), "package a\n");
  await until(() => hints > beforeWrite, "the new watcher told");
  expect(stamp).toBe("second");
});

test("what does not concern the source gives no hint, and folders that do not are not entered", async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, "vendor"));
  const asked = new Set<string>();
  let hints = 0;
  const watch = watchPath(
    {
      path: folder,
      concerns: (path, kind) => {
        asked.add(`${kind} ${path}`);
        return kind === "file" && path.endsWith(".rego");
      },
      stamp: () => Promise.resolve("always"),
    },
    () => {
      hints += 1;
    },
    600_000,
  );
  onTestFinished(() => watch.close());
  await watch.ready;
  const before = hints;
  writeFileSync(join(folder, "vendor/x.rego"), "package x\n");
  writeFileSync(join(folder, "notes.txt"), "x");
  writeFileSync(join(folder, "a.rego"), "package a\n");
  await until(() => hints > before, "the policy was noticed");
  expect(hints).toBe(before + 1);
  expect(asked).toContain("folder vendor");
  expect(asked).not.toContain("file vendor/x.rego");
});
