// Starts a change writer, kills it without warning, and keeps what it had acknowledged.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Acknowledged } from "./change-history.ts";

const script = fileURLToPath(new URL("change-writer.ts", import.meta.url));
const lanes = 4;
const moreThanItCanDo = 1_000_000;
// A child that never acknowledges anything is a failure, not a wait without end.
const startMs = 60_000;

/**
 * Runs a writer on the database and kills it `aliveMs` milliseconds after its first acknowledgement.
 * @throws Error when it ends before it is killed.
 */
export async function killedWriter(
  path: string,
  name: string,
  aliveMs: number,
): Promise<Acknowledged[]> {
  const child = spawn(
    process.execPath,
    [script, path, name, String(lanes), String(moreThanItCanDo)],
    { stdio: ["ignore", "pipe", "pipe"] },
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
