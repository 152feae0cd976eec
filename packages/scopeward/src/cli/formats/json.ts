import type { Problem } from "@scopeward/core";

/** A problem as programs read it (contract): absent places are absent. */
export function jsonProblem(problem: Problem): Problem {
  const { severity, code, message, file, row, column } = problem;
  return {
    severity,
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
  };
}
