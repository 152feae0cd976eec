import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement, Row } from "./row.ts";

const program = fileURLToPath(new URL("many-decisions.ts", import.meta.url));

/** Memory after two million decisions on varied input, in a process of its own. */
export const memory: Measurement = { name: "memory", measure };

function measure(): Promise<readonly Row[]> {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", program], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const { early, late } = JSON.parse(stdout) as Record<"early" | "late", number>;
  const grown = late - early;
  return Promise.resolve([
    {
      what: "memory after 2 million decisions on varied input",
      goal: "flat",
      figure: `${grown >= 0 ? "+" : ""}${grown.toFixed(1)} MB`,
      met: grown <= 5,
      how: `heap, external and array buffers after collection: ${early.toFixed(1)} MB after 200,000, ${late.toFixed(1)} MB at the end`,
    },
  ]);
}
