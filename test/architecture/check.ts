import { checkExports } from "./export-rules.ts";
import { checkImports } from "./import-rules.ts";
import { checkNames } from "./name-rules.ts";
import { checkSuppressions } from "./suppression-rules.ts";
import type { Violation } from "./violation.ts";
import { parseWorkspace } from "./workspace.ts";
import type { SourceMap, Workspace } from "./workspace.ts";

/** Every breach of the rules of the house in a repository, sorted by path and line. Pure: it reads nothing but the map. */
export function checkArchitecture(sources: SourceMap): Violation[] {
  const workspace = parseWorkspace(sources);
  return [
    ...checkParsed(workspace),
    ...checkImports(workspace),
    ...checkNames(workspace),
    ...checkExports(workspace),
    ...checkSuppressions(workspace),
  ].toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

function checkParsed({ modules }: Workspace): Violation[] {
  return modules.flatMap(({ path, errors }) =>
    errors.map((message) => ({ rule: "unparseable" as const, path, line: 1, message })),
  );
}
