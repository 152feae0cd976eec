import { spawnSync } from "node:child_process";
import {
  appendFile,
  mkdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join, relative } from "node:path";
import { auditLogCases } from "@scopeward/sdk/conformance";
import type { AuditLogHarness } from "@scopeward/sdk/conformance";
import type { AuditEntry, AuditLog } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { openJsonLines } from "../src/json-lines.ts";
import { readEntries } from "../src/read-entries.ts";
import { gather, readIds, sampleEntry } from "./sample-entry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function harnessOf(folder: string): AuditLogHarness {
  const path = join(folder, "entries.jsonl");
  return {
    open: async () => openJsonLines(folder),
    read: () => gather(readEntries(folder)),
    // A folder in the place of the file; modes would not stop a test that runs as root.
    block: async () => {
      await rename(path, `${path}.away`);
      await mkdir(path);
      return async () => {
        await rmdir(path);
        await rename(`${path}.away`, path);
      };
    },
  };
}

function open(folder: string): AuditLog {
  const log = openJsonLines(folder);
  onTestFinished(() => log.close());
  return log;
}

async function linesOf(folder: string): Promise<string[]> {
  return (await readFile(join(folder, "entries.jsonl"), "utf8")).split("\n");
}

describe("JSON lines are an audit log", () => {
  test.for(auditLogCases)("$name", async ({ run }) => {
    const folder = await temporaryFolder();
    await expect(run(harnessOf(join(folder, "audit")))).resolves.toBeUndefined();
  });
});

test("nothing is made before the first call, and then for this user alone", async () => {
  const folder = join(await temporaryFolder(), "state", "audit");
  // Relative, as the command line gives it: what is meant is the folder as of now.
  const log = open(relative(process.cwd(), folder));
  expect(await log.highestSequence("s")).toBe(0);
  await expect(stat(folder)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await log.append([])).toEqual({
    kind: "appended",
    origin: join(folder, "entries.jsonl"),
    durable: true,
  });
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, "entries.jsonl"))).mode & 0o777).toBe(0o600);
});

test("a file begins once with an entry that says it is not tamper-evident", async () => {
  const folder = await temporaryFolder();
  const logs = [open(folder), open(folder), open(folder)];
  await Promise.all(logs.map((log, index) => log.append([sampleEntry(String(index))])));
  await open(folder).append([sampleEntry("3")]);
  const entries: AuditEntry[] = await gather(readEntries(folder));
  expect(entries.filter(({ type }) => type === "lifecycle")).toEqual([
    expect.objectContaining({ event: "log_opened", tamperEvident: false }),
  ]);
  expect(entries[0]).toMatchObject({ event: "log_opened" });
  expect(JSON.parse((await linesOf(folder))[0] ?? "")).toEqual(entries[0]);
});

test("a line is canonical JSON", async () => {
  const folder = await temporaryFolder();
  await open(folder).append([sampleEntry("1", { b: [1, { d: 1, c: 2 }], a: "\n\u2028" })]);
  expect((await linesOf(folder))[1]).toBe(
    String.raw`{"a":"\n` +
      "\u2028" +
      `","b":[1,{"c":2,"d":1}],"id":"1","tenant":"acme","time":"2026-03-01T10:00:00.000Z","type":"decision"}`,
  );
});

test.for([
  ["too long", { ...sampleEntry("2"), filler: "é".repeat(32_768) }],
  ["without an id", { ...sampleEntry(""), other: 1 }],
  ["without a tenant", { id: "2", type: "admin", time: "2026-03-01T10:00:00.000Z" }],
  ["no object", "2"],
] as const)("an entry that is %s is misuse", async ([, entry]) => {
  const folder = await temporaryFolder();
  const log = open(folder);
  const batch = [sampleEntry("1"), entry as AuditEntry];
  await expect(log.append(batch)).rejects.toBeInstanceOf(TypeError);
  await log.append([]);
  expect(await readIds(folder)).toEqual([]);
});

test("an entry that holds itself is misuse", async () => {
  const members: Record<string, unknown> = {};
  members["self"] = members;
  const entry = sampleEntry("1", members as { self: never });
  await expect(open(await temporaryFolder()).append([entry])).rejects.toBeInstanceOf(TypeError);
});

test("an entry may have 65,535 bytes, and not one more", async () => {
  const folder = await temporaryFolder();
  const room = 65_535 - JSON.stringify(sampleEntry("1", { filler: "" })).length;
  const longest = sampleEntry("1", { filler: "x".repeat(room) });
  expect(await open(folder).append([longest])).toMatchObject({ kind: "appended" });
  expect(await gather(readEntries(folder))).toContainEqual(longest);
  const longer = sampleEntry("2", { filler: "x".repeat(room + 1) });
  await expect(open(folder).append([longer])).rejects.toBeInstanceOf(TypeError);
});

test("a line that a crash tore is completed before the next, and passed over by readers", async () => {
  const folder = await temporaryFolder();
  await open(folder).append([sampleEntry("1")]);
  await appendFile(join(folder, "entries.jsonl"), '{"id":"2","tenant":"ac');
  expect(await readIds(folder)).toEqual(["1"]);
  const log = open(folder);
  await log.append([sampleEntry("2")]);
  expect(await readIds(folder)).toEqual(["1", "2"]);
  await appendFile(join(folder, "entries.jsonl"), "{");
  await log.append([sampleEntry("3"), sampleEntry("1")]);
  await log.append([sampleEntry("4")]);
  expect(await readIds(folder)).toEqual(["1", "2", "3", "4"]);
  expect((await linesOf(folder)).filter((line) => line.includes('"id":"1"'))).toHaveLength(1);
  expect((await linesOf(folder)).slice(0, -1)).not.toContain("");
});

test("whoever tampers is not found out, and readers keep to what is an entry", async () => {
  const folder = await temporaryFolder();
  await open(folder).append([sampleEntry("1")]);
  const junk = ["null", "[]", '{"id":7}', "\u0000", `{"id":"${"x".repeat(3_000_000)}`, "", "{}"];
  await appendFile(join(folder, "entries.jsonl"), junk.map((line) => `${line}\n`).join(""));
  await appendFile(join(folder, "entries.jsonl"), `${JSON.stringify(sampleEntry("planted"))}\n`);
  await open(folder).append([sampleEntry("2")]);
  expect(await readIds(folder)).toEqual(["1", "planted", "2"]);
});

test("a file that was moved away is not written to any more", async () => {
  const folder = await temporaryFolder();
  const log = open(folder);
  await log.append([sampleEntry("1")]);
  await rename(join(folder, "entries.jsonl"), join(folder, "old.jsonl"));
  await log.append([sampleEntry("2")]);
  expect(await readIds(folder)).toEqual(["2"]);
  await rm(folder, { recursive: true });
  await log.append([sampleEntry("3")]);
  expect(await readIds(folder)).toEqual(["3"]);
});

test("a file that was cut is written to from its new end", async () => {
  const folder = await temporaryFolder();
  const log = open(folder);
  const keyEntry = sampleEntry("1", { type: "key", source: "s", sequence: 5 });
  await log.append([keyEntry]);
  expect(await log.highestSequence("s")).toBe(5);
  await truncate(join(folder, "entries.jsonl"), 10);
  expect(await log.highestSequence("s")).toBe(0);
  await log.append([keyEntry]);
  expect(await readIds(folder)).toEqual(["1"]);
  expect(await log.highestSequence("s")).toBe(5);
});

async function putLink(path: string): Promise<void> {
  await writeFile(`${path}.other`, "");
  await symlink(`${path}.other`, path);
}

async function putPipe(path: string): Promise<void> {
  expect(spawnSync("mkfifo", [path]).status).toBe(0);
}

test.for([
  ["a folder", async (path: string): Promise<void> => await mkdir(path)],
  ["a link", putLink],
  ["a pipe", putPipe],
] as const)("%s in the place of the file is not written to", async ([, put]) => {
  const folder = await temporaryFolder();
  await put(join(folder, "entries.jsonl"));
  const log = open(folder);
  for (const answer of [await log.append([sampleEntry("1")]), await log.health()]) {
    expect(answer).toMatchObject({
      kind: "unavailable",
      reason: expect.stringMatching(/in its place/),
    });
  }
  expect(await log.highestSequence("s")).toBeUndefined();
  await expect(readIds(folder)).rejects.toMatchObject({ code: "log_unreadable" });
});

test("where there is no log, there is no entry", async () => {
  expect(await readIds(join(await temporaryFolder(), "none"))).toEqual([]);
});
