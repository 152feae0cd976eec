import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { referenceFolder } from "./reference-policies.ts";
import type { Measurement, Row } from "./row.ts";
import { median } from "./statistics.ts";

const entry = fileURLToPath(new URL("../packages/scopeward/src/main.ts", import.meta.url));

/** `scopeward check`, cold as a process and warm under `--watch`. */
export const compiling: Measurement = { name: "compiling", measure };

async function measure(): Promise<readonly Row[]> {
  const cold = median([1, 2, 3, 4, 5].map(() => coldCheckMs()));
  const warm = await warmCheckMs(9);
  return [
    {
      what: "cold `scopeward check` of the reference policies",
      goal: "<= 2.5 s",
      figure: `${(cold / 1000).toFixed(2)} s`,
      met: cold <= 2500,
      how: "median of 5, process start included",
    },
    {
      what: "warm check under `--watch`",
      goal: "<= 250 ms",
      figure: `${warm.toFixed(0)} ms`,
      met: warm <= 250,
      how: "median of 9 saves, as the command itself prints it",
    },
  ];
}

function coldCheckMs(): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [entry, "check", referenceFolder]);
  if (status !== 0) throw new Error(`check failed: ${stderr.toString()}`);
  return performance.now() - start;
}

async function warmCheckMs(saves: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-bench-"));
  await cp(referenceFolder, folder, { recursive: true });
  const file = join(folder, "features/chatbot.rego");
  const text = await readFile(file, "utf8");
  const child = spawn(process.execPath, [entry, "check", "--watch", folder]);
  const times: number[] = [];
  try {
    let heard = "";
    let tell: ((milliseconds: number) => void) | undefined;
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      heard += chunk;
      const took = /took (\d+) ms/u.exec(heard);
      if (took === null) return;
      heard = "";
      tell?.(Number(took[1]));
    });
    const next = async (): Promise<number> => await new Promise((resolve) => (tell = resolve));
    await next();
    for (let save = 0; save < saves; save++) {
      const took = next();
      await writeFile(file, `${text}\n# ${save}\n`);
      times.push(await took);
    }
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
  return median(times);
}
