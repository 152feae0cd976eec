import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type ScanFinding, scanPath, scanStream } from "../../src/token/token-scan.ts";
import { mintToken } from "../../src/token/token.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const id = "AbCdEfGhIjKl";
const token = mintToken("ext", id).reveal();

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (let index = 0; from < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

async function* long(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(256 * 1024, "x");
  for (let count = 0; count < 2_000; count++) yield chunk;
  yield Buffer.from(token);
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

async function findings(path: string): Promise<ScanFinding[]> {
  return all(scanPath(path));
}

describe("scanning a stream", () => {
  it("says key, kind, line, column and offset in bytes", async () => {
    const bytes = Buffer.from(`é\né ${token}\n`);
    expect(await all(scanStream(cut(bytes, [])))).toEqual([
      { id, kind: "ext", row: 2, column: 4, offset: 6 },
    ]);
  });

  it.each([1, 2, 71, 72, 73])("finds tokens in chunks of %i bytes", async (size) => {
    const bytes = Buffer.from(`${token}\n${token}${token}\n\n${token}`);
    const found = await all(scanStream(cut(bytes, [size])));
    expect(found.map(({ row, column, offset }) => [row, column, offset])).toEqual([
      [1, 1, 0],
      [2, 1, 73],
      [2, 73, 145],
      [4, 1, 219],
    ]);
  });

  it("finds a token on the border of the pieces of one large chunk", async () => {
    const bytes = Buffer.concat([
      Buffer.alloc(1024 * 1024 - 30, 255),
      Buffer.from(token),
      Buffer.alloc(1024 * 1024),
      Buffer.from(token),
    ]);
    const found = await all(scanStream(cut(bytes, [])));
    expect(found.map(({ offset }) => offset)).toEqual([1_048_546, 2_097_194]);
  });

  test.prop([
    fc.array(fc.oneof(fc.constant("token" as const), fc.uint8Array({ maxLength: 20 })), {
      maxLength: 12,
    }),
    fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
  ])("finds the same wherever the chunks end, in binary data too", async (parts, sizes) => {
    const bytes = Buffer.concat(
      parts.map((part) => (part === "token" ? Buffer.from(token) : Buffer.from(part))),
    );
    let offset = 0;
    const expected: number[] = [];
    for (const part of parts) {
      if (part === "token") expected.push(offset);
      offset += part === "token" ? token.length : part.length;
    }
    const found = await all(scanStream(cut(bytes, sizes)));
    expect(found.map((one) => one.offset)).toEqual(expected);
    for (const one of found) {
      const lines = bytes.toString("latin1", 0, one.offset).split("\n");
      expect([one.row, one.column]).toEqual([lines.length, lines.at(-1)!.length + 1]);
    }
  });

  it("keeps no more than it needs of a long stream", async () => {
    const before = process.memoryUsage().rss;
    expect(await all(scanStream(long()))).toHaveLength(1);
    // 500 MiB went through.
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 * 1024);
  });
});

describe("scanning files", () => {
  it("finds tokens in every file below a folder, by name, and in one that is named", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "b/c"), { recursive: true });
    await writeFile(
      join(folder, "b/c/keys.db"),
      Buffer.concat([Buffer.alloc(9), Buffer.from(token)]),
    );
    await writeFile(join(folder, "a.txt"), `\n${token}`);
    await writeFile(join(folder, "clean.txt"), "nothing");
    const found = { outcome: "found", id, kind: "ext" };
    const inText = { ...found, path: join(folder, "a.txt"), row: 2, column: 1, offset: 1 };
    expect(await findings(folder)).toEqual([
      inText,
      { ...found, path: join(folder, "b/c/keys.db"), row: 1, column: 10, offset: 9 },
    ]);
    expect(await findings(join(folder, "a.txt"))).toEqual([inText]);
  });

  it("leaves out links, `.git` and `node_modules`, says so, and reads them when named", async () => {
    const folder = await temporaryFolder();
    const other = await temporaryFolder();
    await writeFile(join(other, "a.txt"), token);
    for (const name of [".git", "node_modules"]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "config"), token);
    }
    await symlink(other, join(folder, "elsewhere"));
    await symlink(join(other, "a.txt"), join(folder, "link.txt"));
    await symlink(folder, join(folder, "self"));
    expect(await findings(folder)).toEqual(
      [".git", "elsewhere", "link.txt", "node_modules", "self"].map((name) => ({
        outcome: "skipped",
        path: join(folder, name),
      })),
    );
    for (const name of [".git", "elsewhere", "link.txt"]) {
      expect(await findings(join(folder, name))).toMatchObject([{ outcome: "found", id }]);
    }
  });

  it("reports what cannot be read, and goes on", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "b.txt"), token);
    expect(await findings(join(folder, "absent"))).toEqual([
      { outcome: "unreadable", path: join(folder, "absent"), reason: "ENOENT" },
    ]);
    // A name that is no UTF-8 cannot be opened by the name that is given for it; unlike a mode, this
    // keeps root out as well.
    await writeFile(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])]), token);
    expect(await findings(folder)).toMatchObject([
      { outcome: "unreadable", reason: "ENOENT" },
      { outcome: "found", path: join(folder, "b.txt") },
    ]);
  });

  it("finds a token in the name of a file, and shows it nowhere", async () => {
    const folder = await temporaryFolder();
    const name = `backup-${token}`;
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "a.txt"), token);
    const found = [...(await findings(folder)), ...(await findings(join(folder, name, "absent")))];
    expect(found).toMatchObject([
      { outcome: "found", id, row: 0, column: 8, offset: 7 },
      { outcome: "found", id, row: 1, column: 1 },
      { outcome: "unreadable" },
    ]);
    expect(JSON.stringify(found).includes(token)).toBe(false);
  });

  it("does not wait for a pipe in a folder", async () => {
    const folder = await temporaryFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(await findings(folder)).toEqual([{ outcome: "skipped", path: join(folder, "pipe") }]);
  });
});
