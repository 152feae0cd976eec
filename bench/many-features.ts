import assert from "node:assert/strict";
import { openPolicy } from "@scopeward/policy";
import type { Policy } from "@scopeward/policy";
import type { Compiler } from "@scopeward/sdk";
import { manyFeatures, requestOf } from "./features.ts";
import { buildBundle, withCompiler } from "./reference-policies.ts";
import type { Measurement, Row } from "./row.ts";
import { microsecondsPerCalls } from "./statistics.ts";

/** That a decision costs the same however many features there are, and what building them costs. */
export const manyFeaturesDecisions: Measurement = { name: "many-features", measure };

async function measure(): Promise<readonly Row[]> {
  return await withCompiler(async (compiler) => {
    const few = await open(compiler, 10);
    const start = performance.now();
    const bundle = await buildBundle(compiler, manyFeatures(1000));
    const seconds = (performance.now() - start) / 1000;
    const many = await openBundle(bundle);
    const request = requestOf(5);
    assert.equal(few.decide(request).effect, "allow");
    assert.deepEqual(few.decide(request), many.decide(request));
    const [ten = Number.NaN, thousand = Number.NaN] = microsecondsPerCalls([
      () => few.decide(request),
      () => many.decide(request),
    ]);
    few.close();
    many.close();
    const ratio = thousand / ten;
    return [
      {
        what: "a decision with 1,000 features over one with 10",
        goal: "<= 1.3x",
        figure: `${ratio.toFixed(2)}x`,
        met: ratio <= 1.3,
        how: `${thousand.toFixed(1)} us over ${ten.toFixed(1)} us`,
      },
      {
        what: "building 1,000 features, both targets",
        goal: "<= 20 s",
        figure: `${seconds.toFixed(1)} s`,
        met: seconds <= 20,
        how: "one build, check and catalogue included, warm compiler",
      },
    ];
  });
}

async function open(compiler: Compiler, count: number): Promise<Policy> {
  return await openBundle(await buildBundle(compiler, manyFeatures(count)));
}

async function openBundle(bundle: Uint8Array): Promise<Policy> {
  const loaded = await openPolicy(bundle, {});
  assert(loaded.kind === "loaded");
  return loaded.value;
}
