import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "../../../tools/servers/install-package.ts";

const appender = fileURLToPath(new URL("./appender.ts", import.meta.url));
const longestRunMs = 60_000;

/** What a process said and how it ended. */
export interface Finished {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** A process that appends, as its parent sees it. */
export interface Appender {
  readonly pid: number;
  /** Resolves once it has said a line that begins so, or has ended. */
  said(beginning: string): Promise<void>;
  kill(): void;
  readonly finished: Promise<Finished>;
}

/** What to append: see `appender.ts`. */
export interface Task {
  readonly folder: string;
  readonly name: string;
  readonly count: number;
  readonly atOnce?: number;
}

/** Starts a process that appends, behind the command line `before`, such as one that sets a limit. */
export function startAppender(task: Task, before: readonly string[] = []): Appender {
  const { folder, name, count, atOnce = 1 } = task;
  const own = [process.execPath, appender, folder, name, String(count), String(atOnce)];
  const [command = "", ...args] = [...before, ...own];
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    // One thread for files, so that their calls come one after the other and can be counted.
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    timeout: longestRunMs,
    killSignal: "SIGKILL",
  });
  let text = "";
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    for (const look of waiting) look();
  });
  const finished = once(child, "close").then(() => ({
    code: child.exitCode,
    lines: text.split("\n").filter((line) => line !== ""),
  }));
  return {
    pid: child.pid ?? 0,
    said: async (beginning) => {
      const heard = new Promise<void>((resolve) => {
        const look = (): void => {
          if (`\n${text}`.includes(`\n${beginning}`)) resolve();
        };
        waiting.add(look);
        look();
      });
      await Promise.race([heard, finished]);
    },
    kill: () => void child.kill("SIGKILL"),
    finished,
  };
}

/** The ids that a process was told are durable. */
export function acknowledgedOf({ lines }: Finished): string[] {
  return lines.flatMap((line) => /^acknowledged (?<id>\S+)/.exec(line)?.groups?.["id"] ?? []);
}

/**
 * Runs an appender under a trace of its system calls.
 * @param options - of strace, such as a fault to inject.
 * @returns with the lines of the trace.
 */
export async function traceAppender(
  task: Task,
  traces: string,
  options: readonly string[],
): Promise<Finished & { readonly trace: readonly string[] }> {
  await ensureInstalled("strace", "strace");
  await mkdir(traces, { recursive: true });
  const output = join(traces, `${task.name}.trace`);
  const before = ["strace", "-f", "-qq", "-s", "300", "-o", output, ...options];
  const finished = await startAppender(task, before).finished;
  return { ...finished, trace: (await readFile(output, "utf8")).split("\n") };
}
