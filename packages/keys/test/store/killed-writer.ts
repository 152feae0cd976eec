// Starts a change writer, kills it without warning, and keeps what it had acknowledged.
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Acknowledged } from "./change-history.ts";

const script = fileURLToPath(new URL("change-writer.ts", import.meta.url));
const lanes = 4;
const moreThanItCanDo = 1_000_000;
// A child that never acknowledges anything is a failure, not a wait without end.
const startMs = 60_000;

/**
 * The environment of writers that start four times as fast: it names a folder with the compiled
 * script, which only a writer leaves that ends by itself.
 */
export async function compiledWriter(folder: string): Promise<NodeJS.ProcessEnv> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") };
  const args = [script, join(folder, "keys.db"), "w", "1", "1"];
  await promisify(execFile)(process.execPath, args, { env, timeout: startMs });
  return env;
}

/**
 * Runs a writer on the database and kills it `aliveMs` milliseconds after its first acknowledgement.
 * @throws Error when it ends before it is killed.
 */
export async function killedWriter(
  path: string,
  name: string,
  aliveMs: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Acknowledged[]> {
  const child = spawn(
    process.execPath,
    [script, path, name, String(lanes), String(moreThanItCanDo)],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  let complaint = "";
  let timer = setTimeout(() => child.kill("SIGKILL"), startMs);
  child.stdout.once("data", () => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), aliveMs);
  });
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_, by) => resolve(by));
  });
  clearTimeout(timer);
  const lines = output.split("\n").slice(0, -1);
  if (signal !== "SIGKILL" || lines.length === 0) {
    throw new Error(`a writer ended by itself: ${complaint}`);
  }
  return lines.map((line) => JSON.parse(line) as Acknowledged);
}
