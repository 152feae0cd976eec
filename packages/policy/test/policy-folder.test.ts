import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readPolicyFolder } from "../src/policy-folder.ts";

async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-folder-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

async function filesOf(folder: string, ignore: readonly string[] = []) {
  const read = await readPolicyFolder(folder, { ignore });
  if (read.kind === "unreadable") throw new Error(JSON.stringify(read.problems));
  return read.files;
}

async function problemsOf(folder: string) {
  const read = await readPolicyFolder(folder);
  if (read.kind === "read") throw new Error("was read");
  return read.problems;
}

async function digestOf(files: Readonly<Record<string, string>>): Promise<string> {
  const read = await readPolicyFolder(await folderOf(files));
  return read.kind === "read" ? read.digest : "unreadable";
}

describe("which files are read", () => {
  test("Rego, data documents and schemas, by path from the folder with forward slashes", async () => {
    const files = {
      "data.json": "{}",
      "features/chatbot.rego": "package features.chatbot\n",
      "features/data.yaml": "a: 1\n",
      "regions/data.yml": "b: 1\n",
      "schemas/context.json": "{}",
      "schemas/tools/sql.json": "{}",
    };
    const folder = await folderOf({
      ...files,
      "README.md": "x",
      "features/other.json": "{}",
      "features/schemas/x.json": "{}",
      "features/x.rego.bak": "x",
    });
    const read = await filesOf(folder);
    expect(read).toEqual(files);
    expect(Object.keys(read)).toEqual(Object.keys(files).toSorted());
  });

  test("nothing hidden, nothing of node_modules, nothing that a glob ignores", async () => {
    const folder = await folderOf({
      "a.rego": "",
      ".b.rego": "",
      ".git/c.rego": "",
      "node_modules/d.rego": "",
      "x/node_modules/e.rego": "",
      "drafts/f.rego": "",
      "x/g_draft.rego": "",
      "x/y/h.rego": "",
    });
    expect(Object.keys(await filesOf(folder, ["drafts", "**/*_draft.rego"]))).toEqual([
      "a.rego",
      "x/y/h.rego",
    ]);
  });

  test("names that mean something elsewhere: __proto__, spaces, unicode", async () => {
    const names = [
      "__proto__/data.json",
      "constructor.rego",
      "my policies/a b.rego",
      "politique é/日本.rego",
      "__proto__.rego",
    ];
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, `# ${name}`])));
    const read = await filesOf(folder);
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect(Object.keys(read)).toEqual(names.toSorted());
  });

  test("a tree of 100 folders, one in another", async () => {
    const path = `${"d/".repeat(100)}deep.rego`;
    expect(await filesOf(await folderOf({ [path]: "package deep\n" }))).toEqual({
      [path]: "package deep\n",
    });
  });

  test("none in an empty folder", async () => {
    expect(await filesOf(await folderOf({}))).toEqual({});
  });

  test("a link to a file, not a link to a folder, so that no loop is walked", async () => {
    const outside = await folderOf({ "x.rego": "package outside\n" });
    const folder = await folderOf({ "features/a.rego": "package a\n" });
    await symlink(join(outside, "x.rego"), join(folder, "linked.rego"));
    await symlink(outside, join(folder, "vendor"));
    await symlink(outside, join(folder, "vendor.rego"));
    await symlink("..", join(folder, "features/loop"));
    expect(await filesOf(folder)).toEqual({
      "features/a.rego": "package a\n",
      "linked.rego": "package outside\n",
    });
  });

  test("through a link to the folder itself", async () => {
    const folder = await folderOf({ "real/a.rego": "package a\n" });
    await symlink("real", join(folder, "current"));
    expect(await filesOf(join(folder, "current"))).toEqual({ "a.rego": "package a\n" });
  });

  test("without a byte order mark", async () => {
    expect(await filesOf(await folderOf({ "a.rego": "\u{feff}package a\n" }))).toEqual({
      "a.rego": "package a\n",
    });
  });
});

describe("what cannot be read is told, all of it, by file", () => {
  test.for([
    ["caf\u00e9", 1],
    ["ok\nok\u00e9\nok", 2],
    ["ok\n\n\u00e9", 3],
  ] as const)("%j in Latin-1: row %i is told", async ([text, row]) => {
    const folder = await folderOf({ "a.rego": new Uint8Array(Buffer.from(text, "latin1")) });
    expect((await problemsOf(folder))[0]?.message).toContain(`row ${row},`);
  });

  test("no UTF-8, a dangling link, a circle of links, a pipe", async () => {
    const folder = await folderOf({ "fine.rego": "", "latin.rego": new Uint8Array([0xe9, 0x20]) });
    await symlink("nowhere.rego", join(folder, "dangling.rego"));
    await symlink("circle.rego", join(folder, "circle.rego"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await symlink("pipe", join(folder, "linked_pipe.rego"));
    const problems = await problemsOf(folder);
    expect(problems.map(({ file }) => file)).toEqual([
      "circle.rego",
      "dangling.rego",
      "latin.rego",
      "linked_pipe.rego",
    ]);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["file_unreadable"]));
  });

  test("a name that no bundle can hold, with nothing in it that drives a terminal", async () => {
    const folder = await folderOf({
      "features/a\u001b[2J.rego": "",
      "b\u009b\n/c.rego": "",
      "d\\e.rego": "",
      "not a policy\u001b.txt": "",
    });
    const files = (await problemsOf(folder)).map(({ file }) => file ?? "");
    expect(files).toHaveLength(3);
    expect(files.filter((file) => /\p{Cc}/u.test(file))).toEqual([]);
  });

  test("a file that is too large", async () => {
    const folder = await folderOf({ "huge.rego": "" });
    await truncate(join(folder, "huge.rego"), 8 * 1024 * 1024 + 1);
    expect(await problemsOf(folder)).toMatchObject([
      { code: "file_unreadable", file: "huge.rego" },
    ]);
  });

  test("files that are too large together", async () => {
    const names = Array.from({ length: 17 }, (_, n) => `f${n}.rego`);
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, ""])));
    for (const name of names) await truncate(join(folder, name), 8 * 1024 * 1024);
    expect(await problemsOf(folder)).toMatchObject([{ code: "file_unreadable", file: folder }]);
  });

  test("a folder that is not there, or is a file", async () => {
    const folder = await folderOf({ "a.rego": "" });
    for (const path of [join(folder, "missing"), join(folder, "a.rego")]) {
      expect(await problemsOf(path)).toMatchObject([{ code: "file_unreadable", file: path }]);
    }
  });
});

describe("the digest", () => {
  test("is equal for equal folders, in whatever order they were written", async () => {
    const [a, b] = [{ "a.rego": "1" }, { "b.rego": "2" }];
    expect(await digestOf({ ...a, ...b })).toBe(await digestOf({ ...b, ...a }));
    expect(await digestOf({ ...a, "ignored.txt": "x" })).toBe(await digestOf(a));
  });

  test("differs for every other content, path, or division of the same text", async () => {
    const digests = [
      { "a.rego": "12" },
      { "a.rego": "1" },
      { "b.rego": "12" },
      { "a.rego": "1", "b.rego": "2" },
      { "a.rego": "2", "b.rego": "1" },
      { "x/a.rego": "12" },
      {},
    ].map(digestOf);
    expect(new Set(await Promise.all(digests)).size).toBe(digests.length);
  });
});
