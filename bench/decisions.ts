import assert from "node:assert/strict";
import { openEvaluator, openPolicy } from "@scopeward/policy";
import type { PolicyFiles } from "@scopeward/sdk";
import { allowedRequest, buildBundle, referenceFiles, withCompiler } from "./reference-policies.ts";
import type { Measurement, Row } from "./row.ts";
import { microsecondsPerCalls } from "./statistics.ts";

const entrypoint = "scopeward/decision";

// One rule that looks at the same request, in a module that never asks the library.
const oneRule: PolicyFiles = {
  "bare/bare.rego": `# METADATA
# scope: package
package bare

# METADATA
# entrypoint: true
allow if input.action.name == "sql_query"
`,
};

/** What Scopeward adds to a bare evaluation, and the library to a bare rule. */
export const decisions: Measurement = { name: "decisions", measure };

async function measure(): Promise<readonly Row[]> {
  return await withCompiler(async (compiler) => {
    const bundle = await buildBundle(compiler, await referenceFiles());
    const loaded = await openPolicy(bundle, {});
    assert(loaded.kind === "loaded");
    const policy = loaded.value;
    const evaluator = await openEvaluator(bundle, {});
    const bare = await openEvaluator(await buildBundle(compiler, oneRule), {});
    const text = JSON.stringify(allowedRequest);
    assert.equal(policy.decide(allowedRequest).effect, "allow");
    assert.equal(bare.evaluate("bare/allow", text).kind, "value");

    const [
      decide = Number.NaN,
      evaluateValue = Number.NaN,
      evaluateText = Number.NaN,
      rule = Number.NaN,
    ] = microsecondsPerCalls([
      () => policy.decide(allowedRequest),
      // What every host has to do with an input: write it as JSON, evaluate, read the result.
      () => evaluator.evaluate(entrypoint, JSON.stringify(allowedRequest)),
      () => evaluator.evaluate(entrypoint, text),
      () => bare.evaluate("bare/allow", text),
    ]);
    policy.close();
    evaluator.close();
    bare.close();
    const overBare = decide / evaluateValue;
    const overRule = evaluateText / rule;
    const overText = decide / evaluateText;
    return [
      {
        what: "`decide` over the bare evaluate of the request's JSON",
        goal: "<= 1.25x",
        figure: `${overText.toFixed(2)}x`,
        met: overText <= 1.25,
        how: `${decide.toFixed(1)} us over ${evaluateText.toFixed(1)} us, the JSON written beforehand`,
      },
      {
        what: "`decide` over the bare evaluate of the request as a value",
        goal: "<= 1.25x",
        figure: `${overBare.toFixed(2)}x`,
        met: overBare <= 1.25,
        how: `${decide.toFixed(1)} us over ${evaluateValue.toFixed(1)} us, which writes the JSON too`,
      },
      {
        what: "an allowed decision over a one-rule policy without the library",
        goal: "<= 8x",
        figure: `${overRule.toFixed(1)}x`,
        met: overRule <= 8,
        how: `${evaluateText.toFixed(1)} us over ${rule.toFixed(1)} us, bare evaluate of both`,
      },
    ];
  });
}
