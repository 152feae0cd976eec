// Runs OPA's conformance cases on the shipped compiler and evaluator, and writes docs/conformance.md.
// `node tools/conformance.ts [group…]` runs some groups only and writes nothing.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readConformanceSuite } from "./conformance/conformance-case.ts";
import { ModuleUnavailable, opaVersion } from "./conformance/opa-module.ts";
import { conformancePage, tally } from "./conformance/report.ts";
import { runCases } from "./conformance/run-cases.ts";

const leastPercent = 90;
const groups = process.argv.slice(2);
try {
  process.exitCode = await conformance();
} catch (error) {
  if (!(error instanceof ModuleUnavailable)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function conformance(): Promise<number> {
  const { cases, exceptions } = await readConformanceSuite();
  const chosen = cases.filter(({ group }) => groups.length === 0 || groups.includes(group));
  if (chosen.length === 0) {
    console.error(`there is no group ${groups.join(", ")}`);
    return 3;
  }
  const results = await runCases({ cases: chosen, exceptions }, (done) => {
    if (done % 100 === 0) console.error(`${done} of ${chosen.length} cases`);
  });
  const { passed, failed, skipped } = tally(results);
  if (groups.length > 0) {
    for (const { each, verdict } of results) {
      if (verdict.kind !== "passed")
        console.log(`${verdict.kind}  ${each.note}: ${verdict.reason}`);
    }
  } else {
    const page = fileURLToPath(new URL("../docs/conformance.md", import.meta.url));
    writeFileSync(page, conformancePage(results, opaVersion()));
  }
  const percent = (passed * 100) / (passed + failed);
  console.log(`${percent.toFixed(1)} % of the cases that were tried`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return percent >= leastPercent ? 0 : 1;
}
