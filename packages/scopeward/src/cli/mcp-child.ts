import { spawn } from "node:child_process";
import { constants } from "node:os";
import { InvalidInput } from "./invalid-input.ts";
import { LineTransport } from "./mcp-lines.ts";

/**
 * Milliseconds that either side gets to end what it does before the next means. A client of the MCP SDK
 * gives us two seconds after it closed our input, and two more after SIGTERM: by then the server is gone.
 */
export const patienceMs = 1500;

// What a process wrote before it ended is in its pipe, and needs only to be read.
const drainMs = 250;

/** A server that runs as a process of ours. */
export interface ChildServer {
  readonly transport: LineTransport;
  /** Its exit code, or 128 and its signal's number, as a shell tells it. */
  readonly exited: Promise<number>;
  /** Closes its input; then asks it to end, then ends it. */
  stop(): Promise<void>;
  /** Passes a signal on; a server that does not end by it is ended. */
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
    child.on("exit", (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
  });
  // Later, or never: what the server has started itself may hold its output open.
  const closed = new Promise<void>((resolve) => void child.on("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve).once("error", () => {
      reject(new InvalidInput(`the server \`${command}\` cannot be started: see that it is there`));
    });
  });
  const transport = new LineTransport(child.stdout, child.stdin);
  const end = async (means: readonly NodeJS.Signals[]): Promise<void> => {
    for (const signal of means) {
      if (await isWithin(patienceMs, exited)) break;
      child.kill(signal);
    }
    await exited;
    await isWithin(drainMs, closed);
    await transport.close();
  };
  return {
    transport,
    exited,
    stop: async () => {
      child.stdin.end();
      await end(["SIGTERM", "SIGKILL"]);
    },
    signal: (name) => {
      child.kill(name);
      void end(["SIGKILL"]);
    },
  };
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
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
