// Starts a real PostgreSQL for a test or a measurement, in a folder of its own, and breaks it on demand.
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureInstalled, findProgram } from "./install-package.ts";
import { freePort } from "./free-port.ts";

/** How to start it. */
export interface PostgresOptions {
  /** Settings as in postgresql.conf, such as `{ fsync: "off" }`; all else is PostgreSQL's default. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running PostgreSQL on the loopback interface. */
export interface PostgresServer {
  /** With the superuser `postgres` and its database, without a password. */
  readonly url: string;
  readonly port: number;
  /** Holds `data` and `log`; gone after `stop`. */
  readonly folder: string;
  /** Ids of the postmaster, first, and of its children. */
  processes(): readonly number[];
  /** Ends it in order and deletes its folder. Idempotent. */
  stop(): Promise<void>;
  /** Ends postmaster and backends by SIGKILL, and waits until they are gone. */
  kill9(): Promise<void>;
  /** Starts it again on the same port and data, ending it in order first where it runs. */
  restart(): Promise<void>;
  /** SIGSTOP for all its processes: connections stay, and nothing answers. */
  pause(): void;
  /** Ends a pause. */
  resume(): void;
}

/** Longest wait for it to start (with recovery) or to end, in milliseconds. */
const patienceMs = 60_000;

/**
 * Makes a cluster and starts it, with fsync on.
 * @throws Error when PostgreSQL is not there and cannot be installed, or does not start.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  await ensureInstalled("initdb", "postgresql");
  const folder = mkdtempSync(join(tmpdir(), "scopeward-postgres-"));
  try {
    if (process.getuid?.() === 0) run("chown", ["postgres", folder], folder);
    const init = ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust"];
    run(program("initdb"), [...init, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"], folder);
    const port = await freePort();
    let running = await launch(folder, port, options.settings ?? {});
    let stopped = false;
    const end = async (): Promise<void> => {
      signalAll(running, "SIGCONT");
      running.kill("SIGINT");
      await ended(running);
    };
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      port,
      folder,
      processes: () => processesOf(running),
      async stop() {
        if (stopped) return;
        stopped = true;
        await end();
        rmSync(folder, { recursive: true, force: true });
      },
      async kill9() {
        const all = processesOf(running);
        for (const pid of all) signal(pid, "SIGKILL");
        await ended(running);
        await gone(all);
      },
      async restart() {
        await end();
        running = await launch(folder, port, options.settings ?? {});
      },
      pause: () => signalAll(running, "SIGSTOP"),
      resume: () => signalAll(running, "SIGCONT"),
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function launch(
  folder: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const log = openSync(join(folder, "log"), "a");
  const extra = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const data = ["-D", join(folder, "data"), "-h", "127.0.0.1", "-p", String(port), "-k", folder];
  // setpriv becomes PostgreSQL itself, so the child's id is the postmaster's; it ends with the test.
  const command = ["--pdeathsig", "INT", ...user(), "--", program("postgres"), ...data, ...extra];
  const child = spawn("setpriv", command, { cwd: folder, stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => undefined);
  const patience = performance.now() + patienceMs;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const ready = spawnSync(program("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]);
    if (ready.status === 0) return child;
    if (performance.now() > patience) {
      child.kill("SIGKILL");
      break;
    }
    await sleep(30);
  }
  throw new Error(`PostgreSQL did not start: ${readFileSync(join(folder, "log"), "utf8")}`);
}

function program(name: string): string {
  const initdb = findProgram("initdb");
  return initdb === undefined ? name : join(dirname(initdb), name);
}

/** PostgreSQL refuses to run as root. */
function user(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  return ["--reuid", "postgres", "--regid", "postgres", "--init-groups"];
}

function run(command: string, args: readonly string[], cwd: string): void {
  const asUser = command === "chown" ? [] : ["setpriv", ...user(), "--"];
  const [first = command, ...rest] = [...asUser, command, ...args];
  const { status, stderr, error } = spawnSync(first, rest, { cwd, timeout: patienceMs });
  if (status === 0) return;
  throw new Error(`\`${command}\` failed: ${error?.message ?? stderr.toString()}`);
}

function signalAll(postmaster: ChildProcess, name: NodeJS.Signals): void {
  // The postmaster first, so that it forks nothing in between.
  for (const pid of processesOf(postmaster)) signal(pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function processesOf(postmaster: ChildProcess): readonly number[] {
  const { pid } = postmaster;
  if (pid === undefined || postmaster.exitCode !== null || postmaster.signalCode !== null) {
    return [];
  }
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .map(Number);
  return [pid, ...children];
}

function parentOf(pid: number): number | undefined {
  try {
    // The name of the program, in brackets, may hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    return fields?.[0] === "Z" ? undefined : Number(fields?.[1]);
  } catch {
    return undefined;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const kill = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await once(child, "exit");
  clearTimeout(kill);
}

/** Until all are gone: a backend that outlives its postmaster still holds the shared memory. */
async function gone(pids: readonly number[]): Promise<void> {
  const patience = performance.now() + patienceMs;
  while (pids.some((pid) => parentOf(pid) !== undefined)) {
    if (performance.now() > patience) throw new Error("PostgreSQL's backends do not end");
    await sleep(5);
  }
}
