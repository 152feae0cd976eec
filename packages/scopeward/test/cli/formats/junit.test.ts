import type { TestOutcome } from "@scopeward/sdk";
import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { junitReport } from "../../../src/cli/formats/junit.ts";

function outcome(part: Partial<TestOutcome>): TestOutcome {
  return {
    package: "data.a_test",
    name: "test_a",
    outcome: "pass",
    milliseconds: 1.5,
    file: "a_test.rego",
    row: 3,
    ...part,
  };
}

test("a suite is written for each package, with its totals", () => {
  const tests = [
    outcome({}),
    outcome({ name: "test_b", outcome: "fail" }),
    outcome({ package: "data.b_test", outcome: "skip" }),
    outcome({ package: "data.b_test", name: "test_e", outcome: "error" }),
  ];
  expect(junitReport(tests, () => "why\nmore").split("\n")).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="scopeward" tests="4" failures="1" errors="1" skipped="1" time="0.006000">',
    '  <testsuite name="data.a_test" tests="2" failures="1" errors="0" skipped="0" time="0.003000">',
    '    <testcase classname="data.a_test" name="test_a" time="0.001500" file="a_test.rego" line="3"/>',
    '    <testcase classname="data.a_test" name="test_b" time="0.001500" file="a_test.rego" line="3">',
    '      <failure message="why">why&#10;more</failure>',
    "    </testcase>",
    "  </testsuite>",
    '  <testsuite name="data.b_test" tests="2" failures="0" errors="1" skipped="1" time="0.003000">',
    '    <testcase classname="data.b_test" name="test_a" time="0.001500" file="a_test.rego" line="3">',
    "      <skipped/>",
    "    </testcase>",
    '    <testcase classname="data.b_test" name="test_e" time="0.001500" file="a_test.rego" line="3">',
    '      <error message="why">why&#10;more</error>',
    "    </testcase>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ]);
});

test("whatever a policy prints, the report has no character that XML forbids and no open markup", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      const report = junitReport(
        [outcome({ outcome: "fail", output: text, name: text })],
        () => text,
      );
      // oxlint-disable-next-line no-control-regex -- these are the characters that must be gone
      expect(report).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u);
      expect(report.isWellFormed()).toBe(true);
      const content = report.replaceAll(/<[^<>]*>/gu, "");
      expect(content).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;|#\d+;)/u);
    }),
  );
});
