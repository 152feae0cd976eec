import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepSequence, sequenceFault } from "../../src/bundle/sequence.ts";

let folder: string;
let state: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeward-sequence-"));
  state = join(folder, "state");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function codeOf(sequence: number | undefined): Promise<string | undefined> {
  return (await sequenceFault(state, sequence))?.problems[0]?.code;
}

async function kept(sequence: number | undefined): Promise<string | undefined> {
  return (await keepSequence(state, sequence))?.problems[0]?.code;
}

it("any bundle may be the first", async () => {
  expect(await codeOf(undefined)).toBeUndefined();
  expect(await codeOf(0)).toBeUndefined();
});

it("what is only looked at is not kept", async () => {
  await sequenceFault(state, 7);
  await expect(stat(state)).rejects.toThrow("ENOENT");
});

it("after one none below it may come, nor one without", async () => {
  expect(await kept(7)).toBeUndefined();
  expect(await codeOf(8)).toBeUndefined();
  expect(await codeOf(7)).toBeUndefined();
  expect(await codeOf(6)).toBe("sequence_too_old");
  expect(await codeOf(undefined)).toBe("sequence_too_old");
});

it("the highest never goes down", async () => {
  await kept(7);
  expect(await kept(6)).toBe("sequence_too_old");
  expect(await codeOf(6)).toBe("sequence_too_old");
});

it("one without a sequence leaves nothing behind", async () => {
  expect(await kept(undefined)).toBeUndefined();
  expect(await codeOf(0)).toBeUndefined();
});

it("only the owner reads the file, and no other is left in the folder", async () => {
  await kept(7);
  await kept(8);
  expect(await readdir(state)).toEqual(["bundle-sequence.json"]);
  const path = join(state, "bundle-sequence.json");
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ sequence: 8 });
  const { mode } = await stat(path);
  // Windows knows no such modes.
  expect(process.platform === "win32" ? 0o600 : mode & 0o777).toBe(0o600);
});

describe("a file that is not as it was written lets nothing in", () => {
  it.each([
    "",
    "{",
    "null",
    "7",
    "[]",
    "{}",
    '{"sequence":-1}',
    '{"sequence":"7"}',
    '{"sequence":1e99}',
  ])("%j", async (text) => {
    await mkdir(state);
    await writeFile(join(state, "bundle-sequence.json"), text);
    expect(await codeOf(8)).toBe("sequence_unreadable");
    expect(await kept(8)).toBe("sequence_unreadable");
    expect(await readFile(join(state, "bundle-sequence.json"), "utf8")).toBe(text);
  });

  it("a folder in its place", async () => {
    await mkdir(join(state, "bundle-sequence.json"), { recursive: true });
    expect(await codeOf(8)).toBe("sequence_unreadable");
  });
});

it("a state folder that cannot be made lets nothing into service", async () => {
  await writeFile(state, "a file in the way");
  expect(await kept(8)).toMatch(/^sequence_un(?:readable|writable)$/u);
});
