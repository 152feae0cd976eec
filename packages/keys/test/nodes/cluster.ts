import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { NodeCommand, NodeLine } from "./node-line.ts";

const program = fileURLToPath(new URL("node.ts", import.meta.url));

/** A process that verifies all the time. */
export interface ClusterNode {
  readonly lines: readonly NodeLine[];
  tell(command: NodeCommand): void;
  /** SIGSTOP: it does not even notice that time passes. */
  pause(): void;
  resume(): void;
  /** Resolves with the first line from now on for which `matches` holds. */
  next(matches: (line: NodeLine) => boolean, withinMs: number): Promise<NodeLine>;
}

/** Starts a node; it is gone after the test. */
export function startNode(url: string, pepper: string, pauseMs = 1): ClusterNode {
  const child = spawn(process.execPath, [program, url, String(pauseMs)], {
    env: { ...process.env, SCOPEWARD_PEPPER: pepper },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: NodeLine[] = [];
  const waiting = new Set<(line: NodeLine) => void>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as NodeLine;
    lines.push(line);
    for (const notice of waiting) notice(line);
  });
  child.stdin.on("error", () => undefined);
  onTestFinished(async () => await end(child));
  return {
    lines,
    tell: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    next: async (matches, withinMs) =>
      await new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          waiting.delete(notice);
        };
        const timer = setTimeout(() => {
          stop();
          const last = lines.at(-1)?.code ?? "nothing";
          reject(new Error(`no such line within ${withinMs} ms; the last was ${last}`));
        }, withinMs);
        const notice = (line: NodeLine): void => {
          if (!matches(line)) return;
          stop();
          resolve(line);
        };
        waiting.add(notice);
      }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
