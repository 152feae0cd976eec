import type { Problem } from "@scopeward/core";
import type {
  Evaluation,
  Evaluator,
  InspectedEntry,
  TestOptions,
  TestOutcome,
} from "@scopeward/sdk";
import { openBundleEvaluator } from "../bundle-loader.ts";
import type { UnrunnableTest } from "./unrunnable-test.ts";
import { wasmTestSources } from "./wasm-test-sources.ts";
import type { WasmTestSources } from "./wasm-test-sources.ts";
import type { Workbench } from "./workbench.ts";

/** What came of the tests on the shipped evaluator. */
export interface WasmTestRun {
  /** As many as were given; `skip` where a test cannot run there. */
  readonly tests: readonly TestOutcome[];
  readonly notRunnable: readonly UnrunnableTest[];
}

/**
 * Runs tests as entrypoints of a bundle on the evaluator that serves decisions. A file of tests that
 * cannot be built for it is left out, and its tests are listed with the reason.
 */
export async function runOnWasm(
  request: TestOptions,
  reference: readonly TestOutcome[],
  bench: Workbench,
): Promise<WasmTestRun> {
  const { files, v0Compatible = false } = request;
  const inspected = await bench.compiler.inspect({ files, v0Compatible });
  if (inspected.kind === "refused") {
    return { tests: [], notRunnable: allUnrunnable(reference, firstReason(inspected.problems)) };
  }
  const { sources, bundle, reasons } = await buildTests(
    request,
    inspected.packages,
    reference,
    bench,
  );
  const notRunnable = sources.notRunnable.map((test) => {
    const reason = reasons.get(`${test.package}.${test.name}`);
    return reason === undefined ? test : { ...test, reason };
  });
  if (bundle === undefined) {
    return { tests: reference.map((test) => unrun(test)), notRunnable };
  }
  const evaluator = await openBundleEvaluator(bundle, bench.project.plugins);
  try {
    return { tests: runAll(sources, reference, evaluator), notRunnable };
  } finally {
    evaluator.close();
  }
}

interface BuiltTests {
  readonly sources: WasmTestSources;
  /** Absent when no test can be built. */
  readonly bundle?: Uint8Array;
  /** Why a test is left out, by `<package>.<name>`. */
  readonly reasons: ReadonlyMap<string, string>;
}

async function buildTests(
  request: TestOptions,
  packages: readonly InspectedEntry[],
  reference: readonly TestOutcome[],
  bench: Workbench,
): Promise<BuiltTests> {
  const without = new Map<string, string>();
  for (;;) {
    const sources = wasmTestSources(request.files, packages, reference, new Set(without.keys()));
    const reasons = reasonsOf(reference, without);
    if (sources.tests.length === 0) return { sources, reasons };
    const { files } = sources;
    const built = await bench.compiler.build({
      files,
      v0Compatible: request.v0Compatible === true,
    });
    if (built.kind === "built") return { sources, bundle: built.bundle, reasons };
    const before = without.size;
    for (const [file, reason] of blame(built.problems, sources)) without.set(file, reason);
    // Nothing of the tests is to blame: what keeps the policies from being built does.
    if (without.size === before) {
      for (const { file } of reference) without.set(file, firstReason(built.problems));
    }
  }
}

// A problem of the entrypoints belongs to the test that it names, whose file was left out before.
function blame(
  problems: readonly Problem[],
  { originalOf }: WasmTestSources,
): ReadonlyMap<string, string> {
  const blamed = new Map<string, string>();
  for (const { severity, file, code, message } of problems) {
    const original = originalOf.get(file ?? "");
    if (severity === "error" && original !== undefined) blamed.set(original, `${code}: ${message}`);
  }
  return blamed;
}

function reasonsOf(
  reference: readonly TestOutcome[],
  without: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    reference.flatMap((test) => {
      const reason = without.get(test.file);
      return reason === undefined ? [] : [[`${test.package}.${test.name}`, reason] as const];
    }),
  );
}

function runAll(
  sources: WasmTestSources,
  reference: readonly TestOutcome[],
  evaluator: Evaluator,
): readonly TestOutcome[] {
  const entrypoints = new Map(
    sources.tests.map((test) => [`${test.package}.${test.name}`, test.entrypoint]),
  );
  return reference.map((test) => {
    const entrypoint = entrypoints.get(`${test.package}.${test.name}`);
    if (entrypoint === undefined) return unrun(test);
    const start = performance.now();
    const evaluation = evaluator.evaluate(entrypoint, "{}");
    const milliseconds = performance.now() - start;
    return { ...unrun(test), ...verdict(evaluation, test), milliseconds };
  });
}

function unrun({ package: name, name: rule, file, row }: TestOutcome): TestOutcome {
  return { package: name, name: rule, outcome: "skip", milliseconds: 0, file, row };
}

function verdict(
  evaluation: Evaluation,
  { cases }: TestOutcome,
): Pick<TestOutcome, "outcome" | "problems"> {
  if (evaluation.kind === "value") {
    const passed = cases === undefined ? evaluation.value === true : pass(cases, evaluation.value);
    return { outcome: passed ? "pass" : "fail" };
  }
  const { code, detail } = evaluation;
  if (code === "engine:undefined") return { outcome: "fail" };
  return { outcome: "error", problems: [{ severity: "error", code, message: detail }] };
}

// A case of `test_x[case]` that fails is absent from the rule's value; OPA's runner has its name.
function pass(cases: NonNullable<TestOutcome["cases"]>, value: unknown): boolean {
  const values = typeof value === "object" && value !== null ? value : {};
  const passed = new Map(Object.entries(values));
  return Object.keys(cases).every((name) => passed.get(name) === true);
}

function allUnrunnable(reference: readonly TestOutcome[], reason: string): UnrunnableTest[] {
  return reference.map(({ package: name, name: rule }) => ({ package: name, name: rule, reason }));
}

function firstReason(problems: readonly Problem[]): string {
  const [first] = problems;
  return first === undefined ? "the policies do not build" : `${first.code}: ${first.message}`;
}
