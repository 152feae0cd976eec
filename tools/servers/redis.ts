// A Redis server for tests: in a temporary folder, on a free port of 127.0.0.1.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureInstalled, findProgram } from "./install-package.ts";
import { freePort } from "./free-port.ts";

/** Directives of redis.conf, over those of a server that keeps what it acknowledges. */
export type RedisSettings = { readonly [directive: string]: string };

/** A server that a test started; the test stops it. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Its data; gone after `stop`. */
  readonly folder: string;
  /** Of the process that runs now. */
  pid(): number;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Starts it again on its port and its data, after `kill9` or in place of a running one. */
  restart(settings?: RedisSettings): Promise<void>;
  /** SIGSTOP: it keeps its connections, and answers nothing. */
  pause(): void;
  resume(): void;
}

const durable: RedisSettings = {
  appendonly: "yes",
  appendfsync: "always",
  "maxmemory-policy": "noeviction",
  save: "",
};

/** Longest wait for a start or an end, in milliseconds. */
const patienceMs = 20_000;

/** Starts one. @throws Error when it cannot be installed or does not start. */
export async function startRedis(settings: RedisSettings = {}): Promise<RedisServer> {
  await ensureInstalled("redis-server", "redis-server");
  const folder = await mkdtemp(join(tmpdir(), "scopeward-redis-"));
  let port = 0;
  let child: ChildProcess;
  for (let attempt = 1; ; attempt += 1) {
    port = await freePort();
    try {
      child = await launch(folder, port, settings);
      break;
    } catch (error) {
      if (attempt < 3) continue; // somebody took the port
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
  // A test that dies must not leave a server behind.
  const killAtExit = (): void => void child.kill("SIGKILL");
  process.on("exit", killAtExit);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill("SIGCONT");
    await endOf(child, signal);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    pid: () => child.pid ?? 0,
    stop: async () => {
      await end("SIGTERM");
      process.off("exit", killAtExit);
      await rm(folder, { recursive: true, force: true });
    },
    kill9: async () => await endOf(child, "SIGKILL"),
    restart: async (changed = settings) => {
      await end("SIGTERM");
      child = await launch(folder, port, changed);
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
  };
}

async function launch(
  folder: string,
  port: number,
  settings: RedisSettings,
): Promise<ChildProcess> {
  const all = { ...durable, ...settings, dir: folder, port: String(port), bind: "127.0.0.1" };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(findProgram("redis-server") ?? "redis-server", args, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => (said += error.message));
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline && child.exitCode === null && child.pid !== undefined) {
    if (await answers(port)) return child;
    await sleep(20);
  }
  if (child.pid !== undefined) await endOf(child, "SIGKILL");
  throw new Error(`redis-server did not start: ${said}`);
}

/** Whether it has loaded its data; a demand for a password is an answer too. */
async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.on("error", () => settle(false));
    socket.on("data", (reply) => settle(/^(?:\+PONG|-NOAUTH)/.test(reply.toString())));
  });
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await ended;
  clearTimeout(timer);
}
