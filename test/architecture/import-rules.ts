import { posix } from "node:path";
import type { Module, ModuleImport } from "./module.ts";
import { violationAt } from "./violation.ts";
import type { Violation } from "./violation.ts";
import { isPackageSource, packageFolder } from "./workspace.ts";
import type { Package, Workspace } from "./workspace.ts";

/** Imports go from a higher number to a lower one; packages of one number are siblings and do not meet. */
export const layerOf: ReadonlyMap<string, number> = new Map([
  ["scopeward", 4],
  ["@scopeward/server", 3],
  ["@scopeward/adapters", 3],
  ["@scopeward/codegen", 3],
  ["@scopeward/policy", 2],
  ["@scopeward/keys", 2],
  ["@scopeward/audit", 2],
  ["@scopeward/compiler", 2],
  ["@scopeward/approvals", 2],
  ["@scopeward/normalisers", 2],
  ["@scopeward/sdk", 1],
  ["@scopeward/core", 0],
]);

// Pure computation on bytes and strings. Whatever reads a file, a socket, the environment or a clock is not here.
const pureBuiltins = new Set(["node:buffer", "node:crypto", "node:util"]);

/** Arrows between packages, paths into another package, undeclared dependencies, and the purity of core. */
export function checkImports(workspace: Workspace): Violation[] {
  return workspace.modules.flatMap((module) =>
    module.imports.flatMap((found) =>
      found.specifier.startsWith(".")
        ? checkPath(module, found)
        : checkBare(module, found, workspace.packages),
    ),
  );
}

function checkPath(module: Module, found: ModuleImport): Violation[] {
  const folder = packageFolder(module.path);
  if (folder === undefined) return [];
  const target = posix.join(posix.dirname(module.path), found.specifier);
  if (isPackageSource(module.path) && !target.startsWith(`${folder}/src/`)) {
    return [violationAt("reach_in", module, found.start, `\`${target}\` is outside ${folder}/src`)];
  }
  const reached = packageFolder(target);
  if (reached === undefined || reached === folder) return [];
  return [violationAt("reach_in", module, found.start, `\`${target}\` is inside another package`)];
}

function checkBare(module: Module, found: ModuleImport, packages: readonly Package[]): Violation[] {
  const own = packages.find((each) => each.folder === packageFolder(module.path));
  const name = packageName(found.specifier);
  const target = packages.find((each) => each.name === name);
  const violations: Violation[] = [];
  if (target !== undefined) {
    const entry = `.${found.specifier.slice(name.length)}`;
    if (!target.entries.has(entry)) {
      const message = `${name} does not export \`${entry}\``;
      violations.push(violationAt("unknown_entry", module, found.start, message));
    }
  }
  if (own === undefined || !isPackageSource(module.path) || name === own.name) return violations;
  const isHouse = target !== undefined || layerOf.has(name) || name.startsWith("@scopeward/");
  if (isHouse && !isAllowedArrow(own.name, name)) {
    const message = `${own.name} must not import ${name}`;
    violations.push(violationAt("arrow", module, found.start, message));
  }
  if (own.name === "@scopeward/core" && !isHouse && !pureBuiltins.has(found.specifier)) {
    const message = `core has no dependency and no input or output, so not \`${found.specifier}\``;
    violations.push(violationAt("core_is_pure", module, found.start, message));
  }
  if (!found.specifier.startsWith("node:") && !own.dependencies.has(name)) {
    const message = `${own.folder}/package.json does not list \`${name}\``;
    violations.push(violationAt("undeclared_dependency", module, found.start, message));
  }
  return violations;
}

/** Whether design allows `from` to import `to`; a package that has no layer yet may neither import nor be imported. */
export function isAllowedArrow(from: string, to: string): boolean {
  const lower = layerOf.get(to);
  const upper = layerOf.get(from);
  return lower !== undefined && upper !== undefined && upper > lower;
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
