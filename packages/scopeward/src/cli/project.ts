import { stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { LoadedConfiguration } from "../configuration-file.ts";
import { findConfiguration, loadConfiguration } from "../configuration-file.ts";
import type { LoadedPlugin } from "../plugin-module.ts";
import { loadPlugins } from "../plugin-module.ts";
import type { ProjectOptions } from "./command-options.ts";
import { InvalidInput } from "./invalid-input.ts";

/** What the command line works on: the configuration and plugins of the current folder. */
export interface Project {
  readonly configuration: LoadedConfiguration | undefined;
  readonly plugins: readonly LoadedPlugin[];
}

/**
 * Loads the configuration (`--config`, else the one in the current folder, else none) and its
 * plugins with those of `--plugin`.
 * @throws ScopewardError as {@link loadConfiguration} and {@link loadPlugins} do.
 */
export async function openProject(options: ProjectOptions): Promise<Project> {
  const file = options.config ?? (await findConfiguration(process.cwd()));
  const configuration = file === undefined ? undefined : await loadConfiguration(file);
  const configured = await loadPlugins(
    configuration?.options.plugins ?? [],
    configuration?.folder ?? process.cwd(),
  );
  const given = await loadPlugins(options.plugin ?? [], process.cwd());
  // The same module may be named in both places.
  const modules = new Set(configured.map(({ module }) => module));
  return {
    configuration,
    plugins: [...configured, ...given.filter(({ module }) => !modules.has(module))],
  };
}

/** What a PATH turned out to be. */
export interface Target {
  /** As given, or relative to the current folder. */
  readonly path: string;
  readonly kind: "bundle" | "folder";
}

/**
 * The folders (or bundle) that a command works on: PATHs as given, else the configuration's
 * `policies`, else the folder `policies`.
 * @param accepts - whether a bundle file will do.
 * @throws InvalidInput when a path is not there or is something else.
 */
export async function findTargets(
  paths: readonly string[],
  project: Project,
  accepts: "folders" | "folders-and-bundles",
): Promise<readonly Target[]> {
  if (paths.length > 0) return await Promise.all(paths.map((path) => target(path, accepts)));
  const candidates: string[] = [];
  const { configuration } = project;
  if (configuration?.options.policies !== undefined) {
    candidates.push(
      relative(process.cwd(), resolve(configuration.folder, configuration.options.policies)) || ".",
    );
  }
  candidates.push("policies");
  for (const candidate of candidates) {
    const kind = await kindOf(candidate);
    if (kind === "folder" || (kind === "bundle" && accepts === "folders-and-bundles")) {
      return [{ path: candidate, kind }];
    }
  }
  throw new InvalidInput(
    "there is no folder `policies` here: give the folder of your policies as PATH, name it in the configuration, or run `scopeward init`",
  );
}

async function target(path: string, accepts: "folders" | "folders-and-bundles"): Promise<Target> {
  const kind = await kindOf(path);
  if (kind === undefined) {
    throw new InvalidInput(`\`${path}\` cannot be read: there is no such file or folder`);
  }
  if (kind === "bundle" && (accepts === "folders" || /\.(?:rego|json|ya?ml)$/u.test(path))) {
    throw new InvalidInput(`\`${path}\` is a file: give the folder of policies that it is in`);
  }
  return { path, kind };
}

async function kindOf(path: string): Promise<Target["kind"] | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? "folder" : "bundle";
  } catch {
    return undefined;
  }
}
