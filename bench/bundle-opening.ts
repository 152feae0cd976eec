import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildBundle, referenceFiles, withCompiler } from "./reference-policies.ts";
import type { Measurement, Row } from "./row.ts";
import { median } from "./statistics.ts";

const program = fileURLToPath(new URL("first-decision.ts", import.meta.url));

/** From a built bundle to the first decision, in a process that has never seen the compiler. */
export const bundleOpening: Measurement = { name: "bundle-opening", measure };

async function measure(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-bench-"));
  try {
    const bundle = join(folder, "bundle.tar.gz");
    await writeFile(
      bundle,
      await withCompiler(async (compiler) => await buildBundle(compiler, await referenceFiles())),
    );
    const runs = [1, 2, 3, 4, 5, 6, 7].map(() => firstDecision(bundle));
    const opening = median(runs.map(({ openingMs }) => openingMs));
    const importing = median(runs.map(({ importingMs }) => importingMs));
    return [
      {
        what: "opening a built bundle, to the first decision",
        goal: "<= 120 ms",
        figure: `${opening.toFixed(0)} ms`,
        met: opening <= 120,
        how: `median of 7 fresh processes; importing the package took ${importing.toFixed(0)} ms before`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface FirstDecision {
  readonly importingMs: number;
  readonly openingMs: number;
}

function firstDecision(bundle: string): FirstDecision {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, bundle], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as FirstDecision;
}
