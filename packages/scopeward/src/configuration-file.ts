import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Configuration } from "./configuration.ts";
import { parseConfiguration } from "./configuration-members.ts";
import { importModule } from "./module-import.ts";
import { ScopewardError } from "./scopeward-error.ts";

/** The names that a configuration file may have, in the order in which they are looked for. */
export const configurationNames: readonly string[] = ["ts", "mts", "js", "mjs", "json"].map(
  (extension) => `scopeward.config.${extension}`,
);

/** A configuration with its place: relative paths in it start at `folder`. */
export interface LoadedConfiguration {
  readonly file: string;
  readonly folder: string;
  readonly options: Configuration;
}

/**
 * The configuration file of a folder, or `undefined` where there is none.
 * @throws ScopewardError `configuration_invalid` when there is more than one.
 */
export async function findConfiguration(folder: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const name of configurationNames) {
    try {
      await access(join(folder, name));
      found.push(join(folder, name));
    } catch {
      // Not this name.
    }
  }
  if (found.length > 1) {
    throw new ScopewardError(
      "configuration_invalid",
      `there are ${found.length} configuration files, keep one: ${found.map((file) => `\`${file}\``).join(", ")}`,
    );
  }
  return found[0];
}

/**
 * Imports and checks a configuration file.
 * @param path - relative to the current folder.
 * @throws ScopewardError `configuration_unreadable` or `configuration_invalid`, naming the member.
 */
export async function loadConfiguration(path: string): Promise<LoadedConfiguration> {
  const { file, value } = await importModule(
    path,
    process.cwd(),
    "configuration",
    "configuration_unreadable",
  );
  return {
    file,
    folder: dirname(file),
    options: parseConfiguration(value, `configuration \`${file}\``),
  };
}
