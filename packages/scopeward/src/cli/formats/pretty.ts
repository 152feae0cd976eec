import type { Problem } from "@scopeward/core";
import { problemPlace } from "@scopeward/core";
import type { Output } from "../output.ts";

type Colors = Output["colors"];

/** Gives row `row` (from 1) of a file, if it is known. */
export type LineSource = (file: string, row: number) => string | undefined;

/**
 * A problem for people: place, code and message, then the source line with a caret below the column.
 * @param lineOf - finds the source line by the file that the problem names.
 */
export function prettyProblem(problem: Problem, lineOf: LineSource, colors: Colors): string {
  const place = problemPlace(problem);
  const severity =
    problem.severity === "error" ? colors.red(problem.severity) : colors.yellow(problem.severity);
  const head = `${place === "" ? "" : `${colors.bold(place)}: `}${severity} ${problem.code}: ${printable(problem.message)}`;
  const { file, row, column = 1 } = problem;
  if (file === undefined || row === undefined) return head;
  const line = lineOf(file, row);
  return line === undefined ? head : `${head}\n${prettyExcerpt(line, row, column, colors)}`;
}

// A longer line is shown around its column only: data may be one line of megabytes.
const excerptLength = 160;

/** A source line behind its number, with a caret below the column (from 1, in code points). */
export function prettyExcerpt(line: string, row: number, column: number, colors: Colors): string {
  const number = String(row);
  const gutter = " ".repeat(number.length);
  const bar = colors.dim("|");
  const { before, after } = excerpt(line, column);
  return [
    `  ${colors.dim(number)} ${bar} ${printable(before + after)}`,
    `  ${gutter} ${bar} ${blank(before)}${colors.red("^")}`,
  ].join("\n");
}

/** What of a line is shown, before the column and from it on. */
function excerpt(
  line: string,
  column: number,
): { readonly before: string; readonly after: string } {
  const characters = Array.from(line);
  const before = characters.slice(0, column - 1);
  const after = characters.slice(column - 1);
  if (characters.length <= excerptLength) return { before: before.join(""), after: after.join("") };
  const half = excerptLength / 2;
  return {
    before: `${before.length > half ? "…" : ""}${before.slice(-half).join("")}`,
    after: `${after.slice(0, half).join("")}${after.length > half ? "…" : ""}`,
  };
}

// A tab stays a tab, so that the caret stands below its column however wide the terminal makes one.
function blank(text: string): string {
  return text.replaceAll(/[^\t]/gu, (character) => " ".repeat(cellsOf(character)));
}

// East Asian wide and fullwidth blocks and emoji take two cells; marks and joiners take none.
function cellsOf(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  return /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(
    character,
  )
    ? 2
    : 1;
}

// Policy text may come from a pull request: escape sequences in it must not drive the terminal.
// oxlint-disable-next-line no-control-regex -- control characters are what it replaces
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;

/** Text with its control characters made visible, tabs and line feeds kept. */
export function printable(text: string): string {
  return text.replaceAll(control, "\uFFFD");
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A table whose columns are as wide as their widest cell. */
export function prettyTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
