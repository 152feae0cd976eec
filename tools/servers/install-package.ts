// Installs a Debian package that a test needs, once, however many test processes ask for it.
import { spawn } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Longest wait for another process that installs, and for one installation, in seconds. */
const waitSeconds = 300;
/** `flock` exits with this when it waited in vain. */
const lockBusy = 75;

const installScript = `
if [ "$(dpkg-query -W -f='\${db:Status-Status}' "$1" 2>/dev/null)" != installed ]; then
  apt-get update -q && apt-get install -yq --no-install-recommends "$1"
fi`;

/** Where a program is: on PATH, or in a folder that servers are installed into; undefined if nowhere. */
export function findProgram(program: string): string | undefined {
  const usual = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of [...postgresFolders(), ...onPath, ...usual]) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Makes sure that a program is there: finds it, else installs its package with apt-get.
 * @throws Error in one line when that is not possible, with the command that a person can try.
 */
export async function ensureInstalled(program: string, debianPackage: string): Promise<void> {
  if (findProgram(program) !== undefined) return;
  const advice = `install it: apt-get update && apt-get install ${debianPackage}`;
  const fail = (why: string): never => {
    throw new Error(`\`${program}\` is not installed, ${why}; ${advice}`);
  };
  if (findProgram("apt-get") === undefined || findProgram("flock") === undefined) {
    fail("and there is no apt-get to install it with");
  }
  if (process.getuid?.() !== 0) fail("and only root can install it");
  console.error(`installing ${debianPackage}, because \`${program}\` is not installed`);
  // The kernel drops the lock when its holder dies, so it is never stale. Whoever waited for it
  // may find the package installed: then apt-get has nothing to do.
  const { status, output } = await runToEnd("flock", [
    `--timeout=${waitSeconds}`,
    `--conflict-exit-code=${lockBusy}`,
    join(tmpdir(), "scopeward-apt-get.lock"),
    "timeout",
    `--kill-after=10`,
    String(waitSeconds),
    "sh",
    "-c",
    installScript,
    "sh",
    debianPackage,
  ]);
  if (findProgram(program) !== undefined) return;
  if (status === lockBusy) fail("and another process has been installing for too long");
  const said = output.trim().split("\n").at(-1) ?? "";
  fail(`and apt-get could not install it (exit ${String(status)}: ${said})`);
}

/** Debian keeps PostgreSQL's programs off the PATH; the newest version first. */
function postgresFolders(): string[] {
  const root = "/usr/lib/postgresql";
  try {
    return readdirSync(root)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(root, version, "bin"));
  } catch {
    return [];
  }
}

async function runToEnd(
  program: string,
  args: readonly string[],
): Promise<{ status: number | null; output: string }> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { status, output };
}
