import type { Problem } from "@scopeward/core";

/** What a workflow command points at. */
export interface Annotation {
  readonly level: "error" | "notice" | "warning";
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly row?: number;
  readonly column?: number;
}

/**
 * A workflow command, which GitHub shows at the line of the change.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotation(annotation: Annotation): string {
  const { level, message, title, file, row, column } = annotation;
  const properties = Object.entries({ file, line: row, col: column, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(",");
  return `::${level}${properties === "" ? "" : ` ${properties}`}::${escapeData(message)}`;
}

/** A problem as a workflow command. */
export function githubProblem(problem: Problem): string {
  const { severity, code, message, file, row, column } = problem;
  return githubAnnotation({
    level: severity,
    title: code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
  });
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
