import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openScopeward } from "scopeward";
import type { Ward } from "scopeward";
import { allowedRequest, referenceFolder } from "./reference-policies.ts";
import type { Measurement, Row } from "./row.ts";
import { median } from "./statistics.ts";

const edits = 20;
const decisionsPerSecond = 5000;

/** From a saved file to the first decision by the new policy, while decisions go on. */
export const reloading: Measurement = { name: "reloading", measure };

async function measure(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-bench-"));
  try {
    await cp(referenceFolder, folder, { recursive: true });
    const ward = await openScopeward({ policies: folder, watch: true });
    const load = new Load(ward);
    const times: number[] = [];
    const file = join(folder, "features/data_retrieval.rego");
    const original = await readFile(file, "utf8");
    for (let edit = 0; edit < edits; edit++) {
      times.push(await timeOf(ward, edit % 2 === 0, file, original));
    }
    await load.stop();
    await ward.close();
    return rows(times, load);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const rule = `\ndeny contains {"code": "closed"} if input.phase == "call"\n`;

async function timeOf(ward: Ward, closes: boolean, file: string, text: string): Promise<number> {
  // An editor's next save does not follow at once.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const start = performance.now();
  const done = new Promise<number>((resolve) => {
    const off = ward.on("reload", () => {
      off();
      const isClosed = ward.decide(allowedRequest).reasons[0]?.code === "closed";
      if (isClosed !== closes) throw new Error("the new policy does not decide");
      resolve(performance.now() - start);
    });
  });
  if (closes) await appendFile(file, rule);
  else await writeFile(file, text);
  return await done;
}

/** Decides at a fixed rate, and knows how late each decision was. */
class Load {
  made = 0;
  failed = 0;
  latestMs = 0;
  readonly #ward: Ward;
  readonly #started = performance.now();
  #running = true;
  readonly #ended: Promise<void>;

  constructor(ward: Ward) {
    this.#ward = ward;
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      const due = ((performance.now() - this.#started) * decisionsPerSecond) / 1000;
      while (this.made < due) {
        const decision = this.#ward.decide(allowedRequest);
        const code = decision.reasons[0]?.code;
        if (decision.effect !== "allow" && code !== "closed") this.failed += 1;
        const dueAt = this.#started + (this.made * 1000) / decisionsPerSecond;
        this.latestMs = Math.max(this.latestMs, performance.now() - dueAt);
        this.made += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

function rows(times: readonly number[], load: Load): readonly Row[] {
  const middle = median(times);
  return [
    {
      what: "a saved file to the first decision by it",
      goal: "<= 400 ms",
      figure: `${middle.toFixed(0)} ms`,
      met: middle <= 400,
      how: `median of ${edits} edits, longest ${Math.max(...times).toFixed(0)} ms`,
    },
    {
      what: "decisions meanwhile: failed, longest delay",
      goal: "0, <= 50 ms",
      figure: `${load.failed}, ${load.latestMs.toFixed(0)} ms`,
      met: load.failed === 0 && load.latestMs <= 50,
      how: `${load.made} decisions at ${decisionsPerSecond} a second`,
    },
  ];
}
