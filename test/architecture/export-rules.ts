import { posix } from "node:path";
import type { ESTree } from "vite";
import type { Module } from "./module.ts";
import { violationAt } from "./violation.ts";
import type { Violation } from "./violation.ts";
import { isPackageSource } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

type Statement = Module["body"][number];

/** No `export *` anywhere; a doc comment on everything that a package's sources export. */
export function checkExports(workspace: Workspace): Violation[] {
  const housePackages = new Set(workspace.packages.map(({ name }) => name));
  const entries = new Set(
    workspace.packages.flatMap(({ folder, entries: targets }) =>
      [...targets.values()].map((target) => posix.join(folder, target)),
    ),
  );
  return workspace.modules.flatMap((module) => [
    ...checkStars(module),
    ...(isPackageSource(module.path) ? checkDocs(module, entries, housePackages) : []),
  ]);
}

function checkStars(module: Module): Violation[] {
  return module.body
    .filter((statement) => statement.type === "ExportAllDeclaration")
    .map(({ start }) =>
      violationAt("export_star", module, start, "`export *` hides what becomes public"),
    );
}

function checkDocs(
  module: Module,
  entries: ReadonlySet<string>,
  housePackages: ReadonlySet<string>,
): Violation[] {
  const documented = new Set(
    module.comments.filter(({ isDoc }) => isDoc).map(({ documents }) => documents),
  );
  const isEntry = entries.has(module.path) || posix.basename(module.path) === "index.ts";
  const violations: Violation[] = [];
  let previousFunction: string | undefined;
  for (const statement of module.body) {
    const name = functionName(statement);
    // The doc comment of the first overload covers the others.
    const isCovered = name !== undefined && name === previousFunction;
    previousFunction = name;
    if (statement.type === "ExportDefaultDeclaration" && !documented.has(statement.start)) {
      violations.push(missing(module, statement.start, "default"));
    }
    if (statement.type !== "ExportNamedDeclaration" || documented.has(statement.start)) continue;
    if (statement.declaration !== null) {
      if (!isCovered) violations.push(missing(module, statement.start, nameOf(statement)));
    } else if (statement.source === null) {
      violations.push(...checkLocalNames(module, statement, documented));
    } else if (!isEntry || !isOfTheHouse(statement.source.value, housePackages)) {
      // What the house declares has its comment where it is declared, so an entry need not repeat it.
      violations.push(missing(module, statement.start, `from ${statement.source.value}`));
    }
  }
  return violations;
}

function isOfTheHouse(specifier: string, housePackages: ReadonlySet<string>): boolean {
  if (specifier.startsWith(".")) return true;
  return [...housePackages].some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

/** `export { a, b }` without a source: each name has its comment at its own declaration. */
function checkLocalNames(
  module: Module,
  statement: ESTree.ExportNamedDeclaration,
  documented: ReadonlySet<number>,
): Violation[] {
  return statement.specifiers.flatMap(({ local, start }) => {
    const name = local.type === "Literal" ? local.value : local.name;
    const declaration = module.body.find((each) => declaredNames(each).includes(name));
    return declaration !== undefined && documented.has(declaration.start)
      ? []
      : [missing(module, start, name)];
  });
}

function missing(module: Module, start: number, name: string): Violation {
  const message = `export \`${name}\` has no doc comment directly before it`;
  return violationAt("doc_missing", module, start, message);
}

function functionName(statement: Statement): string | undefined {
  const declaration =
    statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  return declaration?.type === "FunctionDeclaration" || declaration?.type === "TSDeclareFunction"
    ? declaration.id?.name
    : undefined;
}

function nameOf(statement: ESTree.ExportNamedDeclaration): string {
  return statement.declaration === null
    ? ""
    : declaredNames(statement.declaration).join(", ") || statement.declaration.type;
}

function declaredNames(node: ESTree.Node): string[] {
  if (node.type === "VariableDeclaration") {
    return node.declarations.map(({ id }) => (id.type === "Identifier" ? id.name : id.type));
  }
  if ("id" in node && node.id?.type === "Identifier") return [node.id.name];
  return [];
}
