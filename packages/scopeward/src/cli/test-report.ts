import type { Problem } from "@scopeward/core";
import type { TestOutcome } from "@scopeward/sdk";
import { githubAnnotation, githubProblem } from "./formats/github.ts";
import { jsonProblem } from "./formats/json.ts";
import { junitReport } from "./formats/junit.ts";
import { prettyProblem } from "./formats/pretty.ts";
import { failureReason, prettyTests } from "./formats/pretty-tests.ts";
import type { Output } from "./output.ts";
import type { PolicySources } from "./policy-sources.ts";
import type { TestRun } from "./test-run.ts";

/** How `test` writes its answer. */
export type TestFormat = "github" | "json" | "junit" | "pretty";

/** Writes the problems that kept the tests from running. */
export function reportRefusal(
  problems: readonly Problem[],
  sources: PolicySources,
  format: TestFormat,
  output: Output,
): void {
  switch (format) {
    case "json":
      output.json({ ...jsonCounts([]), tests: [], problems: problems.map(jsonProblem) });
      break;
    case "github":
      for (const problem of problems) output.data(`${githubProblem(problem)}\n`);
      break;
    case "junit":
      output.data(junitReport(problems.map(asTest), failureReason));
      break;
    case "pretty":
      for (const problem of problems) {
        output.note(`${prettyProblem(problem, sources.lineOf, output.noteColors)}\n`);
      }
      output.note("the tests did not run");
      break;
  }
}

/** Writes what came of the tests. */
export function reportTests(
  run: TestRun & { readonly seconds: number },
  sources: PolicySources,
  format: TestFormat,
  output: Output,
): void {
  const tests = run.tests.map((test) => locateTest(test, sources));
  switch (format) {
    case "json":
      output.json(jsonReport({ ...run, tests }, sources));
      break;
    case "junit":
      output.data(junitReport(tests, failureReason));
      break;
    case "github":
      for (const test of tests) output.data(githubTest(test));
      output.note(countsLine(tests));
      break;
    case "pretty":
      output.data(prettyTests({ ...run, tests }, sources, output.colors));
      output.data(`${countsLine(tests)} in ${run.seconds.toFixed(1)} s\n`);
      break;
  }
}

function jsonReport(run: TestRun, sources: PolicySources): object {
  const { tests, coverage, notRunnable, differences } = run;
  return {
    ...jsonCounts(tests),
    tests,
    ...(coverage === undefined
      ? {}
      : {
          coverage: {
            percent: coverage.percent,
            files: Object.fromEntries(
              Object.entries(coverage.files).map(([file, lines]) => [sources.place(file), lines]),
            ),
          },
        }),
    ...(notRunnable === undefined ? {} : { notRunnable }),
    ...(differences === undefined ? {} : { differences }),
  };
}

function jsonCounts(tests: readonly TestOutcome[]): Readonly<Record<string, number>> {
  const number = (outcome: TestOutcome["outcome"]): number =>
    tests.filter((test) => test.outcome === outcome).length;
  return {
    passed: number("pass"),
    failed: number("fail"),
    errored: number("error"),
    skipped: number("skip"),
  };
}

function countsLine(tests: readonly TestOutcome[]): string {
  return Object.entries(jsonCounts(tests))
    .map(([name, number]) => `${number} ${name}`)
    .join(", ");
}

function githubTest(test: TestOutcome): string {
  if (test.outcome !== "fail" && test.outcome !== "error") return "";
  const place = test.failure ?? { file: test.file, row: test.row, column: 1 };
  return `${githubAnnotation({
    level: "error",
    title: `${test.package}.${test.name}`,
    message: failureReason(test),
    file: place.file,
    row: place.row,
    column: place.column,
  })}\n`;
}

function locateTest(test: TestOutcome, sources: PolicySources): TestOutcome {
  const { failure, problems } = test;
  return {
    ...test,
    file: sources.place(test.file),
    ...(failure === undefined
      ? {}
      : { failure: { ...failure, file: sources.place(failure.file) } }),
    ...(problems === undefined ? {} : { problems: problems.map(sources.locate) }),
  };
}

// JUnit knows only tests: a file that does not compile is one that errs.
function asTest(problem: Problem): TestOutcome {
  return {
    package: "policies",
    name: problem.code,
    outcome: "error",
    milliseconds: 0,
    file: problem.file ?? "",
    row: problem.row ?? 0,
    problems: [problem],
  };
}
