import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measurement, Row } from "./row.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a user downloads for the compiler. */
export const tarball: Measurement = { name: "tarball", measure };

function measure(): Promise<readonly Row[]> {
  const { status, stderr } = spawnSync(process.execPath, ["tools/pack.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const packs = join(root, "reports/pack");
  const name = readdirSync(packs).find((file) => file.includes("compiler"));
  if (name === undefined) throw new Error("the compiler was not packed");
  const megabytes = statSync(join(packs, name)).size / 1e6;
  return Promise.resolve([
    {
      what: "`@scopeward/compiler` tarball",
      goal: "<= 8 MB",
      figure: `${megabytes.toFixed(2)} MB`,
      met: megabytes <= 8,
      how: "as `run pack` writes it",
    },
  ]);
}
