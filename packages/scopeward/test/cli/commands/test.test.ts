import type { TestOutcome } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { projectFolder, temporaryFolder } from "../../temporary-folder.ts";

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  readonly tests: readonly TestOutcome[];
  readonly coverage?: { readonly percent: number; readonly files: object };
  readonly problems?: readonly object[];
}

const outcomes = `package features.outcomes_test

test_passes if {
	print("seen", 5)
	true
}

test_fails if {
	number := 41
	number + 1 == 43
}

test_errors if {
	to_number("many") > 1
}

todo_test_later if false
`;

test("what `init` made passes, with every line covered", async () => {
  const cwd = await projectFolder();
  const run = await scopeward(["test", "--json", "--coverage", "--threshold", "90"], { cwd });
  expect(run.code).toBe(0);
  const report = jsonOf(run) as Report;
  expect(report).toMatchObject({ passed: 4, failed: 0, errored: 0, skipped: 0 });
  expect(report.coverage?.percent).toBe(100);
  expect(Object.keys(report.coverage?.files ?? {})).toContain("policies/features/notes.rego");
});

test("each outcome is told, with package and place", async () => {
  const cwd = await projectFolder({ "policies/features/outcomes_test.rego": outcomes });
  const run = await scopeward(["test", "--json", "--run", "outcomes_test"], { cwd });
  expect(run.code).toBe(1);
  const report = jsonOf(run) as Report;
  expect(report).toMatchObject({ passed: 1, failed: 1, errored: 1, skipped: 1 });
  const found = report.tests.map(({ package: name, name: rule, outcome, file, row }) => ({
    name: `${name}.${rule}`,
    outcome,
    place: `${file}:${row}`,
  }));
  const file = "policies/features/outcomes_test.rego";
  expect(found).toEqual([
    { name: "data.features.outcomes_test.test_passes", outcome: "pass", place: `${file}:3` },
    { name: "data.features.outcomes_test.test_fails", outcome: "fail", place: `${file}:8` },
    { name: "data.features.outcomes_test.test_errors", outcome: "error", place: `${file}:13` },
    { name: "data.features.outcomes_test.todo_test_later", outcome: "skip", place: `${file}:17` },
  ]);
  for (const { milliseconds } of report.tests) expect(milliseconds).toBeGreaterThanOrEqual(0);
});

test("people see what was not true, with its variables, and what was printed", async () => {
  const cwd = await projectFolder({ "policies/features/outcomes_test.rego": outcomes });
  const { code, stdout } = await scopeward(["test"], { cwd });
  expect(code).toBe(1);
  expect(stdout).toContain("FAIL  policies/features/outcomes_test.rego:8 test_fails");
  expect(stdout).toContain("number = 41");
  expect(stdout).toContain("ERROR  policies/features/outcomes_test.rego:13 test_errors");
  expect(stdout).toContain("seen 5");
  expect(stdout).toContain("5 passed, 1 failed, 1 errored, 1 skipped");
});

test("junit and github formats tell the same failures", async () => {
  const cwd = await projectFolder({ "policies/features/outcomes_test.rego": outcomes });
  const junit = await scopeward(["test", "--format", "junit"], { cwd });
  expect(junit.code).toBe(1);
  expect(junit.stdout).toContain('tests="8" failures="1" errors="1" skipped="1"');
  const github = await scopeward(["test", "--format", "github"], { cwd });
  expect(github.code).toBe(1);
  const places = github.stdout.match(/^::error file=[^,]*,line=\d+/gmu);
  expect(places).toEqual([
    "::error file=policies/features/outcomes_test.rego,line=10",
    expect.stringMatching(/^::error file=policies\/features\/outcomes_test\.rego,line=1[34]$/u),
  ]);
});

test("no test found is a failure, unless --allow-empty", async () => {
  const cwd = await temporaryFolder({ "policies/lib/a.rego": "package lib.a\n\nx := 1\n" });
  const run = await scopeward(["test"], { cwd });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("no test found");
  expect((await scopeward(["test", "--allow-empty"], { cwd })).code).toBe(0);
});

test("a filter that matches nothing is a failure too", async () => {
  const cwd = await projectFolder();
  const { code, stderr } = await scopeward(["test", "--run", "nothing_like_this"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("nothing_like_this");
});

test("coverage below the threshold is a failure", async () => {
  const cwd = await projectFolder();
  const args = ["test", "--run", "searches", "--threshold", "99"];
  const { code, stderr } = await scopeward(args, { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("below the threshold of 99 %");
});

test("policies that do not compile keep the tests from running: exit 1 with the problems", async () => {
  const cwd = await projectFolder({
    "policies/features/broken.rego": "package features.broken\n{",
  });
  const json = await scopeward(["test", "--json"], { cwd });
  expect(json.code).toBe(1);
  const report = jsonOf(json) as Report;
  expect(report).toMatchObject({ passed: 0, failed: 0, tests: [] });
  expect(report.problems).toMatchObject([{ file: "policies/features/broken.rego" }]);
  const pretty = await scopeward(["test"], { cwd });
  expect(pretty).toMatchObject({ code: 1, stdout: "" });
  expect(pretty.stderr).toContain("policies/features/broken.rego:2:1");
});

test("a test that does not end is stopped at its timeout", async () => {
  const cwd = await projectFolder({
    "policies/features/slow_test.rego": `package features.slow_test

test_slow if count([1 | numbers.range(1, 4000)[_] > numbers.range(1, 4000)[_]]) < 0
`,
  });
  const args = ["test", "--run", "slow", "--timeout", "200ms", "--json"];
  const start = performance.now();
  const run = await scopeward(args, { cwd });
  expect(performance.now() - start).toBeLessThan(15_000);
  expect(run.code).toBe(1);
  expect(jsonOf(run) as Report).toMatchObject({ passed: 0, errored: 1 });
});

test("a regular expression that RE2 does not know is invalid input, not ignored", async () => {
  const cwd = await projectFolder();
  const { code, stdout, stderr } = await scopeward(["test", "--run", "(", "--json"], { cwd });
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain("--run");
});

interface EvaluatorReport extends Report {
  readonly notRunnable: readonly { readonly name: string; readonly reason: string }[];
  readonly differences: readonly object[];
}

test("`--evaluator all` runs the tests on the shipped evaluator too, without a difference", async () => {
  const cwd = await projectFolder({ "policies/features/outcomes_test.rego": outcomes });
  const run = await scopeward(["test", "--evaluator", "all", "--json"], { cwd });
  const report = jsonOf(run) as EvaluatorReport;
  expect(report).toMatchObject({ passed: 5, failed: 1, errored: 1, skipped: 1 });
  expect(report).toMatchObject({ differences: [], notRunnable: [] });
});

test("`--evaluator wasm` tells the outcomes of the shipped evaluator", async () => {
  const cwd = await projectFolder({ "policies/features/outcomes_test.rego": outcomes });
  const run = await scopeward(["test", "--evaluator", "wasm", "--json"], { cwd });
  expect(run.code).toBe(1);
  expect(jsonOf(run)).toMatchObject({ passed: 5, failed: 1, errored: 1, skipped: 1 });
});

test("what the shipped evaluator cannot run is listed with its reason", async () => {
  const cwd = await projectFolder({
    "policies/features/clock_test.rego": `package features.clock_test

test_clock if time.now_ns() > 0
`,
    "policies/features/twins_test.rego": `package features.twins_test

test_twin if true

test_twin if 1 == 2
`,
  });
  const run = await scopeward(["test", "--evaluator", "all", "--json"], { cwd });
  const report = jsonOf(run) as EvaluatorReport;
  const names = report.notRunnable.map(({ name }) => name.replace(/#.*/u, ""));
  expect(names.toSorted()).toEqual(["test_clock", "test_twin", "test_twin"]);
  for (const { reason } of report.notRunnable) expect(reason).not.toBe("");
  expect(report.differences).toEqual([]);
});

test("cases of one rule are compared by their names", async () => {
  const cwd = await projectFolder({
    "policies/features/cases_test.rego": `package features.cases_test

test_cases[name] if {
	some name, number in {"one": 1, "two": 2}
	number < 2
}

test_all_cases[name] if some name in ["one", "two"]
`,
  });
  const run = await scopeward(["test", "--evaluator", "wasm", "--run", "cases", "--json"], { cwd });
  const { tests } = jsonOf(run) as EvaluatorReport;
  expect(tests.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["test_cases", "fail"],
    ["test_all_cases", "pass"],
  ]);
});
