import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { BundleSource } from "@scopeward/sdk";
import { findConfiguration, loadConfiguration } from "./configuration-file.ts";
import { parseConfiguration } from "./configuration-members.ts";
import type { Configuration, Limits } from "./configuration.ts";
import type { LoadedPlugin } from "./plugin-module.ts";
import { loadPlugins } from "./plugin-module.ts";
import { ScopewardError } from "./scopeward-error.ts";
import { keysSettingsOf } from "./ward-keys.ts";
import type { KeysSettings } from "./ward-keys.ts";

/** How bundles are loaded. */
export interface LoadSettings {
  readonly plugins: readonly LoadedPlugin[];
  readonly verify: { readonly key: string; readonly algorithm?: string } | undefined;
  readonly isolation: "none" | "worker";
  readonly limits: Limits;
  readonly state: string | undefined;
}

/** A configuration with its defaults, absolute paths, loaded plugins and keys. */
export interface Settings extends LoadSettings {
  /** An absolute path, or a source of bundles. */
  readonly policies: string | BundleSource;
  readonly watch: boolean;
  readonly ignore: readonly string[];
  readonly keys: KeysSettings;
  readonly enforcement: EnforcementSettings;
}

/** How calls are enforced, as configured. */
export type EnforcementSettings = Pick<
  Configuration,
  "approvals" | "limiter" | "shadow" | "expects" | "enforcer"
>;

/**
 * Reads the argument of `openScopeward`.
 * @throws ScopewardError for what is not there, unknown or malformed.
 */
export async function resolveOptions(
  options: Configuration | string | undefined,
): Promise<Settings> {
  const { configuration, folder } = await findOptions(options);
  const plugins = await loadPlugins(configuration.plugins ?? [], folder);
  return await settingsOf(configuration, folder, plugins);
}

/**
 * A configuration as it is used.
 * @param folder - where relative paths start.
 * @throws ScopewardError `configuration_invalid` when the key cannot be read.
 */
export async function settingsOf(
  configuration: Configuration,
  folder: string,
  plugins: readonly LoadedPlugin[],
): Promise<Settings> {
  const { policies = "policies", state, ignore = [], isolation = "none" } = configuration;
  return {
    policies: typeof policies === "string" ? resolve(folder, policies) : policies,
    state: state === undefined ? undefined : resolve(folder, state),
    watch: configuration.watch ?? false,
    keys: keysSettingsOf(configuration.keys, state, folder),
    plugins,
    ignore,
    verify: await verification(configuration, folder),
    isolation,
    limits: configuration.limits ?? {},
    enforcement: configuration,
  };
}

async function findOptions(
  options: Configuration | string | undefined,
): Promise<{ readonly configuration: Configuration; readonly folder: string }> {
  if (options !== undefined && typeof options !== "string") {
    return {
      configuration: parseConfiguration(options, "the configuration"),
      folder: process.cwd(),
    };
  }
  const file = options ?? (await findConfiguration(process.cwd()));
  if (file === undefined) {
    throw new ScopewardError(
      "configuration_not_found",
      `there is no scopeward.config.* in \`${process.cwd()}\`: give the options, or run \`scopeward init\``,
    );
  }
  const loaded = await loadConfiguration(file);
  return { configuration: loaded.options, folder: loaded.folder };
}

async function verification(
  { verify }: Configuration,
  folder: string,
): Promise<Settings["verify"]> {
  if (verify === undefined) return undefined;
  const { key, keyFile, algorithm } = verify;
  if ((key === undefined) === (keyFile === undefined)) {
    throw new ScopewardError(
      "configuration_invalid",
      "the configuration is invalid:\n  `verify` must have one of `key` and `keyFile`",
    );
  }
  const text = key ?? (await readKey(resolve(folder, keyFile ?? "")));
  return { key: text, ...(algorithm === undefined ? {} : { algorithm }) };
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new ScopewardError(
      "configuration_invalid",
      `the configuration is invalid:\n  \`verify.keyFile\` cannot be read: \`${file}\``,
      { cause },
    );
  }
}
