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
  const configured = await configuredTarget(project, accepts);
  if (configured?.kind === "folder") return [configured];
  if (configured !== undefined && accepts === "folders-and-bundles") return [configured];
  // A configuration may name the bundle that is served: what it is built from is elsewhere.
  if ((await kindOf("policies")) === "folder") return [{ path: "policies", kind: "folder" }];
  throw new InvalidInput(
    "there is no folder `policies` here: give the folder of your policies as PATH, name it in the configuration, or run `scopeward init`",
  );
}

/** @throws InvalidInput when what the configuration names cannot be read here: no other will do. */
async function configuredTarget(
  { configuration }: Project,
  accepts: "folders" | "folders-and-bundles",
): Promise<Target | undefined> {
  const policies = configuration?.options.policies;
  if (configuration === undefined || policies === undefined) return undefined;
  if (typeof policies !== "string") {
    // What the served bundle is built from is elsewhere, and another bundle would not be it.
    if (accepts === "folders") return undefined;
    throw new InvalidInput(
      `\`policies\` of configuration \`${configuration.file}\` is a bundle source, and this command needs a path: give a folder or a bundle file`,
    );
  }
  const path = relative(process.cwd(), resolve(configuration.folder, policies)) || ".";
  const kind = await kindOf(path);
  // The bundle may not be built yet.
  if (kind !== undefined || /\.(?:tar\.gz|tgz)$/u.test(path))
    return { path, kind: kind ?? "bundle" };
  throw new InvalidInput(
    `\`policies\` of configuration \`${configuration.file}\` cannot be read: there is no \`${path}\``,
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
