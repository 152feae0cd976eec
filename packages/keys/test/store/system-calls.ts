// Runs programs under strace, and reads what they asked the kernel to do.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, vi } from "vitest";
import { ensureInstalled } from "../../../../tools/servers/install-package.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** One call on a file descriptor, in the order in which the calls ended. */
export interface SystemCall {
  readonly name: string;
  /** Path of the file, or `pipe:[…]`. */
  readonly file: string;
  readonly descriptor: number;
  /** Below zero when it failed. */
  readonly result: number;
}

/** What a traced program did and said. */
export interface TracedRun {
  readonly calls: readonly SystemCall[];
  readonly lines: readonly string[];
}

const longestMs = 60_000;

/**
 * Runs a script with Node and traces what it writes and syncs.
 * @param faults - strace options that make calls fail, such as `-e inject=…`.
 */
export async function traced(
  script: URL,
  args: readonly string[],
  faults: readonly string[] = [],
): Promise<TracedRun> {
  await ensureInstalled("strace", "strace");
  const trace = join(await temporaryFolder(), "trace");
  const kept = "trace=pwrite64,write,fsync,fdatasync";
  const options = ["-f", "-y", "-qq", "-o", trace, "-e", kept, "-e", "signal=none", ...faults];
  const child = spawn(
    "strace",
    [...options, "--", process.execPath, fileURLToPath(script), ...args],
    { stdio: ["ignore", "pipe", "pipe"], timeout: longestMs, killSignal: "SIGKILL" },
  );
  let output = "";
  let complaint = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status !== 0) throw new Error(`the traced program failed: ${complaint}`);
  return { calls: callsOf(await readFile(trace, "utf8")), lines: output.split("\n").slice(0, -1) };
}

const callLine = /^(\w+)\((\d+)<([^>]*)>.* = (-?\d+)/;

function callsOf(trace: string): SystemCall[] {
  return wholeCalls(trace).flatMap((whole) => {
    const [, name, descriptor, file, result] = callLine.exec(whole) ?? [];
    if (name === undefined || file === undefined) return [];
    return [{ name, file, descriptor: Number(descriptor), result: Number(result) }];
  });
}

/** A call during which another thread made one is told in two halves. */
function wholeCalls(trace: string): string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of trace.split("\n")) {
    const [, thread = "", said = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [, start] = /^(.*)<unfinished \.\.\.>$/.exec(said) ?? [];
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(said) ?? [];
    if (start === undefined)
      calls.push(rest === undefined ? said : (begun.get(thread) ?? "") + rest);
    else begun.set(thread, start);
  }
  return calls;
}

/** What running processes ask of the kernel during `work`: whole lines of strace, in order of their end. */
export async function callsDuring(
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<readonly string[]> {
  await ensureInstalled("strace", "strace");
  const trace = join(await temporaryFolder(), "trace");
  const kept = "trace=pwrite64,write,writev,sendto,fsync,fdatasync";
  const options = ["-f", "-y", "-s", "200", "-e", kept, "-e", "signal=none", "-o", trace];
  const child = spawn("strace", [...options, ...pids.flatMap((pid) => ["-p", String(pid)])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(
    () => expect(said.split("attached").length).toBeGreaterThan(pids.length),
    30_000,
  );
  await work();
  child.kill("SIGINT");
  await ended;
  return wholeCalls(await readFile(trace, "utf8"));
}

/** How the acknowledgements on standard output stand to what was written to one file before them. */
export interface SyncOrder {
  readonly acknowledgements: number;
  /** Acknowledgements before which nothing was written to the file. */
  readonly unwritten: number;
  /** Acknowledgements at which some of what was written had not been synced. */
  readonly unsynced: number;
}

export function syncOrder(calls: readonly SystemCall[], file: string): SyncOrder {
  let [acknowledgements, unwritten, unsynced] = [0, 0, 0];
  let isDirty = false;
  let isWritten = false;
  for (const { name, file: target, descriptor, result } of calls) {
    if (target === file && name === "pwrite64") {
      isDirty = true;
      isWritten = true;
    } else if (target === file && name.endsWith("sync") && result === 0) {
      isDirty = false;
    } else if (name === "write" && descriptor === 1) {
      acknowledgements += 1;
      if (!isWritten) unwritten += 1;
      if (isDirty) unsynced += 1;
      isWritten = false;
    }
  }
  return { acknowledgements, unwritten, unsynced };
}
