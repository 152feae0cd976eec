import type { Problem } from "@scopeward/core";
import type { Coverage, TestOptions, TestOutcome } from "@scopeward/sdk";
import type { UnrunnableTest } from "./unrunnable-test.ts";
import type { Workbench } from "./workbench.ts";

/** What runs the tests: OPA's own runner, the evaluator that serves decisions, or both. */
export type EvaluatorChoice = "all" | "opa" | "wasm";

/** A test that came out differently on the two evaluators. */
export interface TestDifference {
  readonly package: string;
  readonly name: string;
  readonly opa: TestOutcome["outcome"];
  readonly wasm: TestOutcome["outcome"];
}

/** What came of running the tests. */
export interface TestRun {
  readonly kind: "ran";
  readonly tests: readonly TestOutcome[];
  readonly coverage?: Coverage;
  /** There where the shipped evaluator ran too. */
  readonly notRunnable?: readonly UnrunnableTest[];
  readonly differences?: readonly TestDifference[];
}

type Refused = { readonly kind: "refused"; readonly problems: readonly Problem[] };

/**
 * Runs the tests on the chosen evaluators. OPA's runner always runs: it alone says which tests there
 * are, and where.
 */
export async function runOnEvaluators(
  choice: EvaluatorChoice,
  request: TestOptions,
  bench: Workbench,
): Promise<TestRun | Refused> {
  const reference = await bench.compiler.test(request);
  if (choice === "opa" || reference.kind === "refused") return reference;
  const { runOnWasm } = await import("./wasm-test-run.ts");
  const shipped = await runOnWasm(request, reference.tests, bench);
  const { notRunnable } = shipped;
  if (choice === "wasm") return { ...reference, tests: shipped.tests, notRunnable };
  return { ...reference, notRunnable, differences: compare(reference.tests, shipped.tests) };
}

function compare(
  reference: readonly TestOutcome[],
  shipped: readonly TestOutcome[],
): readonly TestDifference[] {
  const outcomes = new Map(reference.map((test) => [`${test.package}.${test.name}`, test.outcome]));
  return shipped.flatMap(({ package: name, name: rule, outcome: wasm }) => {
    const opa = outcomes.get(`${name}.${rule}`) ?? "skip";
    return wasm === "skip" || opa === wasm ? [] : [{ package: name, name: rule, opa, wasm }];
  });
}
