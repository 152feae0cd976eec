import { lineOf } from "./module.ts";
import type { Module } from "./module.ts";
import { violationAt } from "./violation.ts";
import type { Violation } from "./violation.ts";
import type { Workspace } from "./workspace.ts";

// A name that says nothing attracts everything.
const forbidden = new Set(["utils", "common", "shared", "helpers", "types"]);

// How far into a file a generator's header may be, in lines.
const headerLines = 5;

/** Package, folder and file names, and that generated files can be told by their name. */
export function checkNames(workspace: Workspace): Violation[] {
  return [
    ...workspace.paths.flatMap(checkPathNames),
    ...workspace.packages.flatMap(({ name, folder }) =>
      forbidden.has(name.split("/").at(-1) ?? "")
        ? [forbiddenName(`${folder}/package.json`, name)]
        : [],
    ),
    ...workspace.modules.flatMap(checkGenerated),
  ];
}

function checkPathNames(path: string): Violation[] {
  if (!path.startsWith("packages/")) return [];
  return path
    .split("/")
    .map((segment) => segment.replace(/^\.*/, "").split(".")[0]?.toLowerCase() ?? "")
    .filter((segment) => forbidden.has(segment))
    .map((segment) => forbiddenName(path, segment));
}

function forbiddenName(path: string, name: string): Violation {
  return { rule: "forbidden_name", path, line: 1, message: `\`${name}\` names nothing` };
}

function checkGenerated(module: Module): Violation[] {
  const header = module.comments
    .filter((comment) => lineOf(module, comment.start) <= headerLines)
    .find((comment) => /\bdo not edit\b|@generated\b/i.test(comment.text));
  const isNamedGenerated = /\.gen\.[cm]?tsx?$/.test(module.path);
  if (header !== undefined && !isNamedGenerated) {
    const message = "a generated file is called *.gen.ts";
    return [violationAt("generated_name", module, header.start, message)];
  }
  if (header === undefined && isNamedGenerated) {
    const message = "a *.gen.ts file begins with a do-not-edit comment that names its command";
    return [violationAt("generated_name", module, 0, message)];
  }
  return [];
}
