/**
 * Something wrong in the sources of a policy, with the place. `code` is OPA's own
 * (`rego_parse_error`, `rego_type_error`, …) or one of Scopeward's rules (`scope_duplicate`, …).
 */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  /** Relative to the policy folder, with forward slashes. */
  readonly file?: string;
  /** Counted from 1. */
  readonly row?: number;
  /** Counted from 1, in Unicode code points as OPA counts. */
  readonly column?: number;
}

/** `file:row:column`, as much of it as is known; empty where nothing is. */
export function problemPlace(problem: Problem): string {
  if (problem.file === undefined) return "";
  if (problem.row === undefined) return problem.file;
  return `${problem.file}:${problem.row}:${problem.column ?? 1}`;
}

/** By file, row, column, then code: the order in which problems are shown. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    compareText(a.file ?? "", b.file ?? "") ||
    (a.row ?? 0) - (b.row ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.code, b.code)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
