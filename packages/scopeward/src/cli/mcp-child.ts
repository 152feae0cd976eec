import { spawn } from "node:child_process";
import { constants } from "node:os";
import { InvalidInput } from "./invalid-input.ts";
import { LineTransport } from "./mcp-lines.ts";

/** Milliseconds that either side gets to end what it does before the next means. */
export const patienceMs = 2000;

/** A server that runs as a process of ours. */
export interface ChildServer {
  readonly transport: LineTransport;
  /** Its exit code, or 128 and its signal's number, as a shell tells it. */
  readonly exited: Promise<number>;
  /** Closes its input; then asks it to end, then ends it. */
  stop(): Promise<void>;
  /** Passes a signal on. */
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts the server. It shares our standard error, and gets our environment without what is ours alone:
 * tokens, and the pepper of the keys.
 * @throws InvalidInput when it cannot be started.
 */
export async function startChild(command: string, args: readonly string[]): Promise<ChildServer> {
  const child = spawn(command, args, {
    env: childEnvironment(process.env),
    stdio: ["pipe", "pipe", "inherit"],
    windowsHide: true,
  });
  const exited = new Promise<number>((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve).once("error", () => {
      reject(new InvalidInput(`the server \`${command}\` cannot be started: see that it is there`));
    });
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (await isWithin(patienceMs, exited)) return;
      child.kill(signal);
    }
    await exited;
  };
  const transport = new LineTransport(child.stdout, child.stdin);
  return { transport, exited, stop, signal: (name) => void child.kill(name) };
}

/** An environment without what is Scopeward's. */
export function childEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter(([name]) => !/^SCOPEWARD_/iu.test(name)));
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}

/** Whether an event comes within a time. */
export async function isWithin(milliseconds: number, event: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isThere = await Promise.race([event.then(() => true), late]);
  clearTimeout(timer);
  return isThere;
}
