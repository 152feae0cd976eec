import type { TestOutcome } from "@scopeward/sdk";

/**
 * Test outcomes as JUnit XML, one suite per Rego package.
 * @param reasonOf - what to say of a test that did not pass.
 */
export function junitReport(
  tests: readonly TestOutcome[],
  reasonOf: (test: TestOutcome) => string,
): string {
  const suites = Map.groupBy(tests, (test) => test.package);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="scopeward" ${totals(tests)}>`,
  ];
  for (const [name, members] of suites) {
    lines.push(
      `  <testsuite name="${escapeXml(name)}" ${totals(members)}>`,
      ...members.flatMap((test) => testCase(test, reasonOf)),
      "  </testsuite>",
    );
  }
  lines.push("</testsuites>");
  return `${lines.join("\n")}\n`;
}

function testCase(test: TestOutcome, reasonOf: (test: TestOutcome) => string): string[] {
  const head = `    <testcase classname="${escapeXml(test.package)}" name="${escapeXml(test.name)}" time="${seconds(test.milliseconds)}" file="${escapeXml(test.file)}" line="${test.row}"`;
  const body = testBody(test, reasonOf);
  const output =
    test.output === undefined || test.output === ""
      ? []
      : [`      <system-out>${escapeXml(test.output)}</system-out>`];
  const lines = [...body, ...output];
  return lines.length === 0 ? [`${head}/>`] : [`${head}>`, ...lines, "    </testcase>"];
}

function testBody(test: TestOutcome, reasonOf: (test: TestOutcome) => string): string[] {
  switch (test.outcome) {
    case "pass":
      return [];
    case "skip":
      return ["      <skipped/>"];
    case "fail":
      return [reasonElement("failure", reasonOf(test))];
    case "error":
      return [reasonElement("error", reasonOf(test))];
  }
}

function reasonElement(element: string, reason: string): string {
  const [first = ""] = reason.split("\n");
  return `      <${element} message="${escapeXml(first)}">${escapeXml(reason)}</${element}>`;
}

function totals(tests: readonly TestOutcome[]): string {
  const number = (outcome: TestOutcome["outcome"]): number =>
    tests.filter((test) => test.outcome === outcome).length;
  const milliseconds = tests.reduce((sum, test) => sum + test.milliseconds, 0);
  return `tests="${tests.length}" failures="${number("fail")}" errors="${number("error")}" skipped="${number("skip")}" time="${seconds(milliseconds)}"`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(6);
}

// XML 1.0 section 2.2: these characters cannot be in a document, not even as references.
// oxlint-disable-next-line no-control-regex -- control characters are what it replaces
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu;

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(forbidden, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\r", "&#13;");
}
