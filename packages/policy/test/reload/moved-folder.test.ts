import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getuid } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { temporaryFolder, until, watchFolder, writeFiles } from "./watched-folder.ts";
import type { Watching } from "./watched-folder.ts";

const file = "features/chatbot.rego";
const first = { [file]: "package first\n" };
const second = { [file]: "package second\n" };

// Steps that belong together come closer than this, on a machine that is busy, too.
const settleMs = 200;

async function watchPolicies(parent: string): Promise<Watching<Readonly<Record<string, string>>>> {
  await writeFiles(join(parent, "policies"), first);
  return await watchFolder(join(parent, "policies"), { settleMs });
}

/** The watcher is as quick after what happened as before: an event comes without waiting for a poll. */
async function expectWatched(
  watching: Awaited<ReturnType<typeof watchPolicies>>,
  folder: string,
): Promise<void> {
  await writeFile(join(folder, file), "package afterwards\n");
  expect(await watching.nextLoaded()).toMatchObject({ [file]: "package afterwards\n" });
}

test("a folder that is removed leaves the last state, and is loaded when it is back", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await rm(join(parent, "policies"), { recursive: true });
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await writeFiles(join(parent, "policies"), second);
  expect(await watching.nextLoaded()).toEqual(second);
  await expectWatched(watching, join(parent, "policies"));
});

test("a folder that is removed and comes back as it was is told as a recovery", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await rm(join(parent, "policies"), { recursive: true });
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await writeFiles(join(parent, "policies"), first);
  expect(await watching.nextLoaded()).toEqual(first);
});

test("a folder that is emptied is refused, for a volume that is not mounted looks like that", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await rm(join(parent, "policies/features"), { recursive: true });
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await writeFiles(join(parent, "policies"), second);
  expect(await watching.nextLoaded()).toEqual(second);
});

test("a folder of the tree that is removed is a change like any other", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await writeFiles(join(parent, "policies"), { "lib/x.rego": "package lib\n" });
  expect(await watching.nextLoaded()).toEqual({ ...first, "lib/x.rego": "package lib\n" });
  await rm(join(parent, "policies/lib"), { recursive: true });
  expect(await watching.nextLoaded()).toEqual(first);
});

test("a folder that changes places with another is never seen as missing", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await writeFiles(join(parent, "next"), second);
  await rename(join(parent, "policies"), join(parent, "previous"));
  await rename(join(parent, "next"), join(parent, "policies"));
  expect(await watching.nextLoaded()).toEqual(second);
  await expectWatched(watching, join(parent, "policies"));
});

test("a folder that is renamed away for a while is refused, and another in its place is loaded", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await writeFiles(join(parent, "next"), second);
  await rename(join(parent, "policies"), join(parent, "previous"));
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await rename(join(parent, "next"), join(parent, "policies"));
  expect(await watching.nextLoaded()).toEqual(second);
  await expectWatched(watching, join(parent, "policies"));
});

test("a parent that is removed and made again is no different", async () => {
  const parent = join(await temporaryFolder(), "a/b");
  const watching = await watchPolicies(parent);
  await rm(join(parent, ".."), { recursive: true });
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await writeFiles(join(parent, "policies"), second);
  expect(await watching.nextLoaded()).toEqual(second);
  await expectWatched(watching, join(parent, "policies"));
});

test("a folder that is not there yet is loaded when it comes", async () => {
  const parent = await temporaryFolder();
  const watching = await watchFolder(join(parent, "policies"), { settleMs });
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await writeFiles(join(parent, "policies"), first);
  expect(await watching.nextLoaded()).toEqual(first);
});

test("a link to a release that is swapped for another, and edits in the new one, are loaded", async () => {
  const parent = await temporaryFolder();
  await writeFiles(join(parent, "releases/1"), first);
  await writeFiles(join(parent, "releases/2"), second);
  await symlink("releases/1", join(parent, "current"));
  const watching = await watchFolder(join(parent, "current"), { settleMs });
  await symlink("releases/2", join(parent, "current.next"));
  await rename(join(parent, "current.next"), join(parent, "current"));
  expect(await watching.nextLoaded()).toEqual(second);
  await expectWatched(watching, join(parent, "releases/2"));
});

test("mounted configuration is loaded when its `..data` link is swapped", async () => {
  const parent = await temporaryFolder();
  const mount = join(parent, "mount");
  const names = ["chatbot.rego", "data.json"];
  const release = async (version: string): Promise<void> => {
    const target = `..2026_${version}`;
    await writeFiles(join(mount, target), {
      "chatbot.rego": `package v${version}\n`,
      "data.json": `{"version": ${version}}\n`,
    });
    await symlink(target, join(mount, "..data_tmp"));
    await rename(join(mount, "..data_tmp"), join(mount, "..data"));
  };
  await release("1");
  for (const name of names) await symlink(join("..data", name), join(mount, name));
  const watching = await watchFolder(mount, { settleMs, pollMs: 600_000 });
  for (const version of ["2", "3"]) {
    await release(version);
    // The old target goes a moment later, or with the swap.
    if (version === "3") await rm(join(mount, "..2026_2"), { recursive: true });
    expect(await watching.nextLoaded()).toEqual({
      "chatbot.rego": `package v${version}\n`,
      "data.json": `{"version": ${version}}\n`,
    });
  }
  expect(watching.heard).toHaveLength(2);
});

function branch(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: 100 }, (_, n) => [`features/f${n}.rego`, `package ${name}${n}\n`]),
  );
}

test("a git checkout between two branches is one state each time", async () => {
  const folder = await temporaryFolder();
  const git = (...words: readonly string[]): void => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    execFileSync("git", [...identity, ...words], { cwd: folder, stdio: "ignore" });
  };
  git("init", "--initial-branch=main");
  await writeFiles(folder, branch("main"));
  git("add", ".");
  git("commit", "-m", "main");
  git("checkout", "-b", "other");
  await writeFiles(folder, branch("other"));
  git("commit", "-am", "other");
  const watching = await watchFolder(folder, { settleMs });
  for (const name of ["main", "other", "main"]) {
    git("checkout", name);
    expect(await watching.nextLoaded()).toEqual(branch(name));
  }
  expect(watching.heard).toHaveLength(3);
});

test("a file whose permission is taken is refused, and loaded when it is given back", async (context) => {
  if (getuid?.() === 0) context.skip("root reads every file, whatever its mode");
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  await chmod(join(parent, "policies", file), 0o000);
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await chmod(join(parent, "policies", file), 0o644);
  expect(await watching.nextLoaded()).toEqual(first);
});

test("a link to a file that loses its target is refused, and loaded when it has one again", async () => {
  const parent = await temporaryFolder();
  await writeFiles(parent, { "target.rego": "package first\n" });
  await mkdir(join(parent, "policies"));
  await symlink("../target.rego", join(parent, "policies/x.rego"));
  const watching = await watchFolder(join(parent, "policies"), { settleMs });
  await rm(join(parent, "target.rego"));
  expect(await watching.nextCodes()).toEqual(["file_unreadable"]);
  await writeFiles(parent, { "target.rego": "package second\n" });
  expect(await watching.nextLoaded()).toEqual({ "x.rego": "package second\n" });
});

test("a folder that is swapped twice without an event in between is still watched", async () => {
  const parent = await temporaryFolder();
  const watching = await watchPolicies(parent);
  for (const name of ["second", "third"]) {
    const next = { [file]: `package ${name}\n` };
    await writeFiles(join(parent, "next"), next);
    await cp(join(parent, "policies"), join(parent, `copy-${name}`), { recursive: true });
    await rename(join(parent, "policies"), join(parent, `previous-${name}`));
    await rename(join(parent, "next"), join(parent, "policies"));
    expect(await watching.nextLoaded()).toEqual(next);
  }
  const readings = watching.reads();
  await sleep(50);
  await expectWatched(watching, join(parent, "policies"));
  await until(() => watching.reads() > readings, "the folder was read");
});
