import { violationAt } from "./violation.ts";
import type { Violation } from "./violation.ts";
import type { Workspace } from "./workspace.ts";

// Short enough for "spec section 4.2", too long for "ok" and "needed".
const leastReasonLength = 10;

const linter = /^[\s*]*(?:oxlint|eslint)-disable(?:-next-line|-line)?\b(?<rest>[^]*)$/;
const compiler = /^[\s*/]*@ts-(?:expect-error|ignore|nocheck)\b(?<rest>[^]*)$/;
const coverage = /^[\s*]*(?:v8|c8|istanbul) ignore\b(?<rest>[^]*)$/;
const formatter = /^[\s*]*(?:oxfmt|prettier)-ignore\b(?<rest>[^]*)$/;

/** Each comment that switches a check off says why, behind ` -- ` (or behind the compiler's directive). */
export function checkSuppressions(workspace: Workspace): Violation[] {
  return workspace.modules.flatMap((module) =>
    module.comments
      .filter(({ text }) => isSuppression(text) && reasonOf(text).length < leastReasonLength)
      .map(({ start }) =>
        violationAt("suppression_reason", module, start, "a suppression says why, behind ` -- `"),
      ),
  );
}

function isSuppression(text: string): boolean {
  return [linter, compiler, coverage, formatter].some((pattern) => pattern.test(text));
}

function reasonOf(text: string): string {
  const directive = compiler.exec(text)?.groups?.["rest"];
  if (directive !== undefined) return directive.replace(/^[\s:-]+/, "").trim();
  return text
    .split(/\s--\s/)
    .slice(1)
    .join(" ")
    .trim();
}
