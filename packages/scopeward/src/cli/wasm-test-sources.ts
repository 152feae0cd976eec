import type { InspectedEntry, PolicyFiles, TestOutcome } from "@scopeward/sdk";
import type { UnrunnableTest } from "./unrunnable-test.ts";

/** A test as an entrypoint of a bundle that is built for it alone. */
export interface WasmTest {
  readonly package: string;
  readonly name: string;
  /** As the evaluator is asked: `scopeward_run/t0`. */
  readonly entrypoint: string;
  /** Of the copy that the test is in. */
  readonly file: string;
}

/** Policies that can be built with their tests, and which tests that are. */
export interface WasmTestSources {
  readonly files: PolicyFiles;
  readonly tests: readonly WasmTest[];
  readonly notRunnable: readonly UnrunnableTest[];
  /** The author's file behind a copy. */
  readonly originalOf: ReadonlyMap<string, string>;
}

// Outside `features`, where a rule may have any name, and with no name that ends in `_test`, because
// those never enter a bundle.
const root = "scopeward_run";

/**
 * Rewrites policies so that their tests enter the bundle: test packages are copied under a name that
 * is built, and each test becomes an entrypoint.
 * @param packages - of the same files, as `inspect` lists them.
 * @param outcomes - of the same files on OPA's runner: they say which tests there are.
 * @param without - files whose tests are left out.
 */
export function wasmTestSources(
  files: PolicyFiles,
  packages: readonly InspectedEntry[],
  outcomes: readonly TestOutcome[],
  without: ReadonlySet<string> = new Set(),
): WasmTestSources {
  const renamed = renamedPackages(packages);
  const result: Record<string, string> = { ...files };
  const originalOf = new Map<string, string>();
  const copyOf = new Map<string, string>();
  for (const [index, entry] of packages.entries()) {
    if (!isTestFile(entry)) continue;
    const text = result[entry.file];
    delete result[entry.file];
    if (text === undefined || without.has(entry.file)) continue;
    const copy = `${root}/f${index}.rego`;
    result[copy] = renameIn(text, entry, renamed);
    originalOf.set(copy, entry.file);
    copyOf.set(entry.file, copy);
  }
  const { runnable, notRunnable } = sortOut(outcomes, without);
  const tests = runnable.map((test, index) => ({
    package: test.package,
    name: test.name,
    entrypoint: `${root}/t${index}`,
    file: copyOf.get(test.file) ?? test.file,
  }));
  if (tests.length > 0) result[`${root}/entrypoints.rego`] = entrypoints(tests, renamed);
  return { files: result, tests, notRunnable, originalOf };
}

function isTestFile({ path, file }: InspectedEntry): boolean {
  return path.endsWith("_test") || file.endsWith("_test.rego");
}

function renamedPackages(packages: readonly InspectedEntry[]): ReadonlyMap<string, string> {
  const names = new Set(packages.map(({ path }) => path).filter((path) => path.endsWith("_test")));
  return new Map([...names].map((path, index) => [path, `data.${root}.p${index}`]));
}

function renameIn(
  text: string,
  entry: InspectedEntry,
  renamed: ReadonlyMap<string, string>,
): string {
  const lines = text.split("\n");
  const own = renamed.get(entry.path);
  const row = entry.row - 1;
  if (own !== undefined) {
    lines[row] = (lines[row] ?? "").replace(
      /\bpackage\s+[^\s#;]+/u,
      `package ${own.slice("data.".length)}`,
    );
  }
  let result = lines.join("\n");
  for (const [from, to] of renamed) {
    const reference = from.replaceAll(/[.[\]"$]/gu, "\\$&");
    const lastPart = from.slice(from.lastIndexOf(".") + 1);
    // An import without a name binds the last part, which the new path does not have.
    result = result
      .replaceAll(new RegExp(`^(import\\s+)${reference}[ \\t]*$`, "gmu"), `$1${to} as ${lastPart}`)
      .replaceAll(new RegExp(`\\b${reference}(?![\\w"])`, "gu"), to);
  }
  return result;
}

function sortOut(
  outcomes: readonly TestOutcome[],
  without: ReadonlySet<string>,
): {
  readonly runnable: readonly TestOutcome[];
  readonly notRunnable: readonly UnrunnableTest[];
} {
  const twins = Map.groupBy(outcomes, (test) => `${test.package}.${ruleOf(test)}`);
  const runnable: TestOutcome[] = [];
  const notRunnable: UnrunnableTest[] = [];
  for (const test of outcomes) {
    if (test.outcome === "skip") continue;
    const { package: name, name: rule } = test;
    const isTwin = (twins.get(`${name}.${ruleOf(test)}`)?.length ?? 0) > 1;
    const reason = isTwin
      ? "two tests have this name, and a bundle cannot tell them apart"
      : without.has(test.file)
        ? "its file cannot be built for the shipped evaluator"
        : undefined;
    if (reason === undefined) runnable.push(test);
    else notRunnable.push({ package: name, name: rule, reason });
  }
  return { runnable, notRunnable };
}

// OPA's runner calls the second test of a name `test_x#01`.
function ruleOf({ name }: TestOutcome): string {
  return name.replace(/#\d+$/u, "");
}

function entrypoints(tests: readonly WasmTest[], renamed: ReadonlyMap<string, string>): string {
  const rules = tests.map(({ package: name, name: rule, entrypoint }) => {
    const head = entrypoint.slice(entrypoint.lastIndexOf("/") + 1);
    return `# METADATA\n# entrypoint: true\n${head} := ${renamed.get(name) ?? name}.${rule}\n`;
  });
  return [`package ${root}\n`, "import rego.v1\n", ...rules].join("\n");
}
