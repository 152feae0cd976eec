import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { acknowledgedOf, startAppender, traceAppender } from "./child-process.ts";
import { readIds } from "./sample-entry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Where in a trace the first line after `from` is that matches; -1 for none. */
function indexAfter(trace: readonly string[], from: number, pattern: RegExp): number {
  return trace.findIndex((line, index) => index > from && pattern.test(line));
}

test("a system-call trace finds write, fdatasync and acknowledgement in this order", async () => {
  const folder = await temporaryFolder();
  const task = { folder: join(folder, "new", "audit"), name: "n", count: 5 };
  const { trace, ...finished } = await traceAppender(task, folder, [
    "--trace=mkdir,openat,write,fsync,fdatasync",
  ]);
  expect(acknowledgedOf(finished)).toHaveLength(5);
  let before = -1;
  for (const number of [1, 2, 3, 4, 5]) {
    const written = indexAfter(
      trace,
      before,
      new RegExp(`write\\(.*\\\\"id\\\\":\\\\"n-${String(number)}\\\\"`),
    );
    const flushed = indexAfter(trace, written, /fdatasync.*= 0$/);
    const acknowledged = indexAfter(
      trace,
      before,
      new RegExp(`acknowledged n-${String(number)}\\\\n`),
    );
    expect(written, `entry ${String(number)}`).toBeGreaterThan(before);
    expect(flushed, `entry ${String(number)}`).toBeGreaterThan(written);
    expect(acknowledged, `entry ${String(number)}`).toBeGreaterThan(flushed);
    before = acknowledged;
  }
  // The file's name is in `audit`, whose name is in `new`, whose name is in the folder of the test.
  const created = indexAfter(trace, -1, /entries\.jsonl", [^)]*O_CREAT/);
  let last = created;
  for (const each of [task.folder, join(folder, "new"), folder]) {
    const openedFolder = indexAfter(trace, last, new RegExp(`openat\\([^"]*"${each}", `));
    last = indexAfter(trace, openedFolder, /fsync.*= 0$/);
    expect(openedFolder, each).toBeGreaterThan(created);
    expect(last, each).toBeGreaterThan(openedFolder);
  }
  expect(last).toBeLessThan(indexAfter(trace, -1, /acknowledged n-1/));
});

test("batches that come at the same time share a write and its flush", async () => {
  const folder = await temporaryFolder();
  const task = { folder, name: "n", count: 80, atOnce: 8 };
  const { trace, ...finished } = await traceAppender(task, folder, ["--trace=fdatasync"]);
  expect(acknowledgedOf(finished)).toHaveLength(80);
  const flushes = trace.filter((line) => /fdatasync\(/.test(line)).length;
  expect(flushes).toBeGreaterThan(0);
  expect(flushes).toBeLessThan(40);
});

describe("a fault of the system is told in words, and the log goes on when it has passed", () => {
  test.for([
    { call: "openat", code: "EACCES", words: "may not write there" },
    { call: "openat", code: "EROFS", words: "read-only" },
    { call: "write", code: "ENOSPC", words: "disk is full" },
    { call: "write", code: "EDQUOT", words: "quota" },
    { call: "fdatasync", code: "EIO", words: "disk reports an error" },
    { call: "fdatasync", code: "ENOSPC", words: "disk is full" },
  ])("$code of $call", async ({ call, code, words }) => {
    const folder = await temporaryFolder();
    await startAppender({ folder, name: "first", count: 1 }).finished;
    const { trace, ...finished } = await traceAppender({ folder, name: "n", count: 3 }, folder, [
      `--trace-path=${join(folder, "entries.jsonl")}`,
      "--trace=openat,write,fdatasync,close",
      `--inject=${call}:error=${code}:when=${call === "openat" ? "1" : "2"}`,
    ]);
    const refused = finished.lines.filter((line) => line.startsWith("unavailable"));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain(words);
    expect(acknowledgedOf(finished)).toEqual(["n-1", "n-2", "n-3"]);
    expect(await readIds(folder)).toEqual(["first-1", "n-1", "n-2", "n-3"]);
    // Never a second flush of the same file: it would succeed, with nothing on the disk.
    const fault = indexAfter(trace, -1, /\(INJECTED\)/);
    const next = trace
      .slice(fault + 1)
      .map((line) => /^\d+\s+(?<call>\w+)\(/.exec(line)?.groups?.["call"]);
    const expected = ["openat", "write", "fdatasync"];
    expect(next.slice(0, 4)).toEqual(
      call === "openat" ? [...expected, "write"] : ["close", ...expected],
    );
  });
});

test("a file that may not grow takes part of a line, and the rest of the log stays whole", async () => {
  const folder = await temporaryFolder();
  // 8 blocks of 512 bytes: a soft limit, which is taken away while the process runs.
  const limited = ["sh", "-c", 'ulimit -S -f 8; exec "$@"', "sh"];
  const appender = startAppender({ folder, name: "n", count: 60 }, limited);
  await appender.said("unavailable");
  const raised = spawnSync("prlimit", [`--pid=${String(appender.pid)}`, "--fsize=unlimited"]);
  expect(raised.status).toBe(0);
  const finished = await appender.finished;
  expect(finished.lines.some((line) => /only a part|EFBIG/.test(line))).toBe(true);
  const ids = Array.from({ length: 60 }, (_, index) => `n-${String(index + 1)}`);
  expect(acknowledgedOf(finished)).toEqual(ids);
  expect(await readIds(folder)).toEqual(ids);
});

test("what was acknowledged is there after kill -9, thirty times, beside a process that goes on", async () => {
  const folder = await temporaryFolder();
  const beside = startAppender({ folder, name: "beside", count: 1_000_000 });
  try {
    await beside.said("acknowledged");
    const acknowledged: string[] = [];
    for (let round = 1; round <= 30; round += 1) {
      const name = `round${String(round)}`;
      const appender = startAppender({ folder, name, count: 1_000_000, atOnce: 8 });
      await appender.said("acknowledged");
      await pause(round);
      appender.kill();
      const told = acknowledgedOf(await appender.finished);
      expect(told.length).toBeGreaterThan(0);
      acknowledged.push(...told);
    }
    beside.kill();
    acknowledged.push(...acknowledgedOf(await beside.finished));
    const found = await readIds(folder);
    const present = new Set(found);
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([]);
    expect(found).toHaveLength(present.size);
  } finally {
    beside.kill();
  }
});
