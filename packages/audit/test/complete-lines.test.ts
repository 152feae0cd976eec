import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completeLines } from "../src/complete-lines.ts";
import type { Line } from "../src/complete-lines.ts";
import { gather } from "./sample-entry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function linesOf(text: string, from = 0): Promise<Line[]> {
  const path = join(await temporaryFolder(), "lines");
  await writeFile(path, text);
  const file = await open(path);
  try {
    return await gather(completeLines(file, from));
  } finally {
    await file.close();
  }
}

test("lines end at their line feed alone, and say where the next one begins", async () => {
  expect(await linesOf("a\u2028b\r\n\né\nrest")).toEqual([
    { text: "a\u2028b\r", end: 7 },
    { text: "", end: 8 },
    { text: "é", end: 11 },
  ]);
  expect(await linesOf("a\nb\n", 2)).toEqual([{ text: "b", end: 4 }]);
  expect(await linesOf("")).toEqual([]);
});

test("lines and characters may lie across the chunks that are read", async () => {
  const lines = Array.from({ length: 40 }, (_, index) => "é€".repeat(5_000 + index * 101));
  const found = await linesOf(lines.map((line) => `${line}\n`).join(""));
  expect(found.map(({ text }) => text)).toEqual(lines);
});

test("a line of more than a mebibyte is passed over", async () => {
  const long = "x".repeat(3 * 1024 * 1024);
  const found = await linesOf(`a\n${long}\nb\n${long}`);
  expect(found).toEqual([
    { text: "a", end: 2 },
    { text: "b", end: long.length + 5 },
  ]);
});
