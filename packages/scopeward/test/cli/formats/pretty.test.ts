import pc from "picocolors";
import { expect, test } from "vitest";
import { prettyProblem, printable } from "../../../src/cli/formats/pretty.ts";

const plain = pc.createColors(false);

function problemAt(column: number): Parameters<typeof prettyProblem>[0] {
  return { severity: "error", code: "x_y", message: "no", file: "a.rego", row: 7, column };
}

function caretLine(line: string, column: number): string {
  return prettyProblem(problemAt(column), () => line, plain).split("\n")[2] ?? "";
}

test("a problem shows place, code, message, the source line and a caret below the column", () => {
  expect(prettyProblem(problemAt(5), () => "not input.x", plain)).toBe(
    ["a.rego:7:5: error x_y: no", "  7 | not input.x", "    |     ^"].join("\n"),
  );
});

test("a tab before the column stays a tab below it", () => {
  expect(caretLine("\t\tx", 3)).toBe("    | \t\t^");
});

test("columns are code points: a character of several bytes or code units counts once", () => {
  expect(caretLine('"é" x', 5)).toBe("    |     ^");
  expect(caretLine('"𝄞" x', 5)).toBe("    |     ^");
});

test.for(["漢", "🎉", "✅"])("%s takes two cells", (character) => {
  expect(caretLine(`"${character}" x`, 5)).toBe(`    | ${" ".repeat(5)}^`);
});

test("a combining mark takes no cell", () => {
  expect(caretLine('"e\u0301" x', 6)).toBe("    |     ^");
});

test("a column behind the end of the line is still shown", () => {
  expect(caretLine("ab", 9)).toBe("    |   ^");
});

test("of a line of megabytes only what is around the column is shown", () => {
  const line = `${"a".repeat(1_000_000)}!${"b".repeat(1_000_000)}`;
  const [, source = "", caret = ""] = prettyProblem(problemAt(1_000_001), () => line, plain).split(
    "\n",
  );
  expect(source).toBe(`  7 | …${"a".repeat(80)}!${"b".repeat(79)}…`);
  expect(source[caret.indexOf("^")]).toBe("!");
});

test("a problem without a place is one line", () => {
  const problem = { severity: "warning", code: "x", message: "m" } as const;
  expect(prettyProblem(problem, () => "never", plain)).toBe("warning x: m");
});

test("a problem in a file that is not at hand is one line", () => {
  expect(prettyProblem(problemAt(1), () => undefined, plain)).toBe("a.rego:7:1: error x_y: no");
});

test("escape sequences in policy text do not reach the terminal", () => {
  expect(printable("a\u001B[2Jb\tc")).toBe("a\uFFFD[2Jb\tc");
});
