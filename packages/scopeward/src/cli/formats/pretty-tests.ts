import { problemPlace } from "@scopeward/core";
import type { Coverage, FileCoverage, TestOutcome } from "@scopeward/sdk";
import type { Output } from "../output.ts";
import type { PolicySources } from "../policy-sources.ts";
import type { TestRun } from "../test-run.ts";
import { count, prettyExcerpt, prettyProblem, prettyTable, printable } from "./pretty.ts";

type Colors = Output["colors"];

/** Why a test did not pass, as lines of plain text. */
export function failureReason(test: TestOutcome): string {
  const { failure, problems = [], cases } = test;
  const lines: string[] = [];
  for (const problem of problems) {
    const place = problemPlace(problem);
    lines.push(`${place === "" ? "" : `${place}: `}${problem.code}: ${problem.message}`);
  }
  for (const [name, passed] of Object.entries(cases ?? {})) {
    if (!passed) lines.push(`case \`${name}\` failed`);
  }
  if (failure !== undefined) {
    lines.push(`not true: ${failure.expression}`);
    for (const [name, value] of Object.entries(failure.locals)) {
      lines.push(`  ${name} = ${JSON.stringify(value)}`);
    }
  }
  return lines.length === 0 ? `the test's outcome is ${test.outcome}` : lines.join("\n");
}

/** Tests for people: a line for each package, and all that is known of what did not pass. */
export function prettyTests(run: TestRun, sources: PolicySources, colors: Colors): string {
  const lines: string[] = [];
  for (const [name, tests] of Map.groupBy(run.tests, (test) => test.package)) {
    const passed = tests.filter(({ outcome }) => outcome === "pass").length;
    const mark = passed === tests.length ? colors.green("ok") : colors.red("not ok");
    lines.push(`${mark}  ${name}  ${passed} of ${count(tests.length, "test")}`);
    for (const test of tests) lines.push(...prettyTest(test, sources, colors));
  }
  for (const { package: name, name: test, opa, wasm } of run.differences ?? []) {
    lines.push(`${colors.red("differs")}  ${name}.${test}: ${opa} on opa, ${wasm} on wasm`);
  }
  for (const { package: name, name: test, reason } of run.notRunnable ?? []) {
    lines.push(`${colors.dim("not run on wasm")}  ${name}.${test}: ${reason}`);
  }
  if (run.coverage !== undefined) lines.push("", prettyCoverage(run.coverage, sources));
  return lines.map((line) => `${line}\n`).join("");
}

function prettyTest(test: TestOutcome, sources: PolicySources, colors: Colors): string[] {
  const lines: string[] = [];
  if (test.outcome !== "pass") {
    const label = {
      fail: colors.red("FAIL"),
      error: colors.red("ERROR"),
      skip: colors.dim("skip"),
    };
    lines.push(`  ${label[test.outcome]}  ${colors.bold(`${test.file}:${test.row}`)} ${test.name}`);
  }
  if (test.outcome === "fail" || test.outcome === "error") {
    lines.push(...indent(detail(test, sources, colors), 4));
  }
  if (test.output !== undefined && test.output !== "") {
    lines.push(
      ...indent(`${test.name} printed:`, 4),
      ...indent(printable(test.output.trimEnd()), 6),
    );
  }
  return lines;
}

function detail(test: TestOutcome, sources: PolicySources, colors: Colors): string {
  const { failure, problems = [] } = test;
  if (failure === undefined) {
    return problems.length === 0
      ? failureReason(test)
      : problems.map((problem) => prettyProblem(problem, sources.lineOf, colors)).join("\n");
  }
  const { file, row, column } = failure;
  const source = sources.lineOf(file, row);
  return [
    `${file}:${row}:${column}`,
    ...(source === undefined ? [] : [prettyExcerpt(source, row, column, colors)]),
    printable(failureReason(test)),
  ].join("\n");
}

function indent(text: string, width: number): string[] {
  return text.split("\n").map((line) => `${" ".repeat(width)}${line}`);
}

function prettyCoverage(coverage: Coverage, sources: PolicySources): string {
  const rows = Object.entries(coverage.files)
    .map(([file, lines]) => [sources.place(file), percent(lines.percent), missed(lines)])
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return `${prettyTable([["coverage", "", "lines not reached"], ...rows])}all files: ${percent(coverage.percent)}`;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}

function missed({ notCovered }: FileCoverage): string {
  const ranges = notCovered.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  // Several expressions on one row are as many ranges.
  return [...new Set(ranges)].join(", ");
}
