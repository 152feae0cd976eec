// Builds every package and packs it into reports/pack, as it would be published.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const destination = "reports/pack";

/** The pnpm that runs this script, or the pinned one when npm or nothing does. */
function pnpmCommand(): [string, ...string[]] {
  const path = process.env["npm_execpath"] ?? "";
  if (!basename(path).startsWith("pnpm")) return ["npx", "--yes", "pnpm@12.21.0"];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}

function run(...args: string[]): void {
  const [command, ...before] = pnpmCommand();
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd: root,
    // Standard output is for the list of tarballs below.
    stdio: ["ignore", 2, 2],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`\`pnpm ${args.join(" ")}\` ended with ${String(status)}`);
}

const folders = readdirSync(join(root, "packages"));
for (const folder of folders) {
  rmSync(join(root, "packages", folder, "dist"), { recursive: true, force: true });
}
rmSync(join(root, destination), { recursive: true, force: true });

run("run", "build");
run("--filter", "./packages/*", "pack", "--pack-destination", destination);

const tarballs = readdirSync(join(root, destination)).filter((name) => name.endsWith(".tgz"));
for (const name of tarballs) {
  const kilobytes = statSync(join(root, destination, name)).size / 1000;
  console.log(`${destination}/${name}  ${kilobytes.toFixed(1)} kB`);
}
if (tarballs.length !== folders.length) {
  throw new Error(`${tarballs.length} tarballs for ${folders.length} packages`);
}
