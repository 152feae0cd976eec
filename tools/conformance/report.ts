import type { CaseResult } from "./run-cases.ts";

/** How many of each verdict. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts verdicts. */
export function tally(results: readonly CaseResult[]): Tally {
  const count = (kind: CaseResult["verdict"]["kind"]): number =>
    results.filter(({ verdict }) => verdict.kind === kind).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** The page docs/conformance.md. */
export function conformancePage(results: readonly CaseResult[], opaVersion: string): string {
  const { passed, failed, skipped } = tally(results);
  const tried = passed + failed;
  const groups = Map.groupBy(results, ({ each }) => each.group);
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, ofGroup]) => {
      const counts = tally(ofGroup);
      return `| ${group} | ${counts.passed} | ${counts.failed} | ${counts.skipped} |`;
    });
  return `# Conformance

<!-- written by \`npx --yes pnpm@12.21.0 run conformance\` -->

OPA's own conformance cases (v1, of the pinned module ${opaVersion}), compiled by Scopeward's compiler and run on
its WebAssembly evaluator. **${passed} of ${tried} passed, ${percent(passed, tried)}.** ${skipped} were left out, each by
name and with its reason below.

A case that is not strict about builtin errors is run as OPA runs it: a builtin that fails is undefined there,
while in a decision it is a deny. Sets are compared as sets, as OPA's own runner does for WebAssembly; the text of an
error is not compared.

| group | passed | failed | skipped |
| --- | --- | --- | --- |
${rows.join("\n")}

## Failed

${listOf(results, "failed")}
## Left out

${listOf(results, "skipped")}`;
}

function listOf(results: readonly CaseResult[], kind: "failed" | "skipped"): string {
  const lines = results.flatMap(({ each, verdict }) =>
    verdict.kind === kind ? [`| ${cell(each.note)} | ${cell(verdict.reason)} |`] : [],
  );
  return ["| case | reason |", "| --- | --- |", ...lines, ""].join("\n");
}

function cell(text: string): string {
  return text.split("\n")[0]!.replaceAll("|", "\\|").slice(0, 200);
}

function percent(part: number, all: number): string {
  return `${((part * 100) / all).toFixed(1)} %`;
}
