// Looks for an input that makes the decoding of requests, decisions or bundles throw, or decide
// otherwise than it says. `node tools/fuzz.ts [runs]`; the tests do 1,000 of each.
import { fuzzBundles } from "../packages/policy/test/fuzz/bundle-fuzz.ts";
import { fuzzDecisions } from "../packages/policy/test/fuzz/decision-fuzz.ts";
import { fuzzRequests } from "../packages/policy/test/fuzz/request-fuzz.ts";

const runs = Number(process.argv[2] ?? 100_000);
if (!Number.isSafeInteger(runs) || runs < 1) {
  console.error("give the number of runs as a whole number above 0");
  process.exit(3);
}

const targets = { requests: fuzzRequests, decisions: fuzzDecisions, bundles: fuzzBundles };
let failed = 0;
for (const [name, fuzz] of Object.entries(targets)) {
  const start = performance.now();
  try {
    await fuzz(runs);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${name}: ${runs} runs in ${seconds} s, nothing found`);
  } catch (error) {
    failed += 1;
    console.error(`${name}:`, error);
  }
}
console.log(`${Object.keys(targets).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
