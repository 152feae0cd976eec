import { parseModule } from "./module.ts";
import type { Module } from "./module.ts";

/** Path from the root of the repository, with forward slashes, to source. Only TypeScript and package.json need one. */
export type SourceMap = ReadonlyMap<string, string>;

/** What the rules need to know of one package.json. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly entries: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlySet<string>;
}

/** The repository as the rules see it. */
export interface Workspace {
  readonly paths: readonly string[];
  readonly modules: readonly Module[];
  readonly packages: readonly Package[];
}

/** Parses every TypeScript file and every package.json below packages/. */
export function parseWorkspace(sources: SourceMap): Workspace {
  const modules: Module[] = [];
  const packages: Package[] = [];
  for (const [path, source] of sources) {
    if (/\.[cm]?tsx?$/.test(path)) modules.push(parseModule(path, source));
    else if (/^packages\/[^/]+\/package\.json$/.test(path)) {
      packages.push(parsePackage(path, source));
    }
  }
  return { paths: [...sources.keys()], modules, packages };
}

/** The folder of the package that holds a path, such as `packages/core`, or undefined outside packages/. */
export function packageFolder(path: string): string | undefined {
  return /^packages\/[^/]+(?=\/)/.exec(path)?.[0];
}

/** Whether a path is part of what a package publishes. */
export function isPackageSource(path: string): boolean {
  return /^packages\/[^/]+\/src\//.test(path);
}

function parsePackage(path: string, source: string): Package {
  const manifest = recordOf(JSON.parse(source));
  const exported = Object.entries(recordOf(manifest["exports"]));
  return {
    name: String(manifest["name"]),
    folder: packageFolder(path) ?? path,
    entries: new Map(exported.map(([key, target]) => [key, String(target)])),
    dependencies: new Set(
      ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((field) =>
        Object.keys(recordOf(manifest[field])),
      ),
    ),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
