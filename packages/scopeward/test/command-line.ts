import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The entry of the command line. */
export const entry: string = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** How one run of the command line ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `scopeward <args>` as a process of its own. */
export async function scopeward(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Run> {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A command that ends without reading its input closes the pipe: that is its right.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { code, stdout, stderr };
}

/** The JSON document on standard output of a run. */
export function jsonOf(run: Run): unknown {
  return JSON.parse(run.stdout);
}
