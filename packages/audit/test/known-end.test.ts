import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { KnownEnd } from "../src/known-end.ts";
import { openLogFile } from "../src/log-file.ts";
import type { LogFile } from "../src/log-file.ts";
import { sampleEntry } from "./sample-entry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function openFile(folder: string): Promise<LogFile> {
  const file = await openLogFile(folder);
  onTestFinished(() => file.close());
  return file;
}

/** As another process appends. */
async function appendBeside(folder: string, from: number, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) => {
    return `${JSON.stringify(sampleEntry(String(from + index)))}\n`;
  });
  await appendFile(join(folder, "entries.jsonl"), lines.join(""));
}

test("what another process appends is known once the file is longer", async () => {
  const folder = await temporaryFolder();
  const file = await openFile(folder);
  const known = new KnownEnd(0);
  for (const from of [0, 10]) {
    await appendBeside(folder, from, 10);
    expect(known.has(String(from))).toBe(false);
    await known.catchUp(file, (await file.size()) ?? 0);
    expect(known.has(String(from)) && known.has(String(from + 9))).toBe(true);
  }
});

test("what another process appended beside our own lines is known", async () => {
  const folder = await temporaryFolder();
  const file = await openFile(folder);
  const known = new KnownEnd(0);
  await known.catchUp(file, 0);
  await appendBeside(folder, 0, 1);
  known.appended(await file.append(`${JSON.stringify(sampleEntry("own"))}\n`), ["own"]);
  await known.catchUp(file, (await file.size()) ?? 0);
  expect(known.has("0") && known.has("own")).toBe(true);
  expect(known.isTorn).toBe(false);
});

test("of what is before the given place nothing is known", async () => {
  const folder = await temporaryFolder();
  const file = await openFile(folder);
  await appendBeside(folder, 0, 2);
  const size = (await file.size()) ?? 0;
  const known = new KnownEnd(size);
  await known.catchUp(file, size);
  expect(known.has("0")).toBe(false);
  await appendBeside(folder, 2, 1);
  await known.catchUp(file, (await file.size()) ?? 0);
  expect(known.has("1")).toBe(false);
  expect(known.has("2")).toBe(true);
});

test("the last 20,000 ids are known, and no more", async () => {
  const folder = await temporaryFolder();
  const file = await openFile(folder);
  await appendBeside(folder, 0, 20_001);
  const known = new KnownEnd(0);
  await known.catchUp(file, (await file.size()) ?? 0);
  expect([0, 1, 20_000].map((id) => known.has(String(id)))).toEqual([false, true, true]);
});

test("of a large file only the end is read", async () => {
  const folder = await temporaryFolder();
  const file = await openFile(folder);
  await appendBeside(folder, 0, 1);
  const line = `${JSON.stringify(sampleEntry("filler", { filler: "x".repeat(60_000) }))}\n`;
  await appendFile(join(folder, "entries.jsonl"), line.repeat(80));
  await appendBeside(folder, 1, 1);
  const known = new KnownEnd(0);
  await known.catchUp(file, (await file.size()) ?? 0);
  expect(["0", "filler", "1"].map((id) => known.has(id))).toEqual([false, true, true]);
});
