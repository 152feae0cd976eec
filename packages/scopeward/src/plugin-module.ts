import { isPlugin } from "@scopeward/sdk";
import type { Plugin } from "@scopeward/sdk";
import { importModule } from "./module-import.ts";
import { ScopewardError } from "./scopeward-error.ts";

/** A plugin that is ready to use. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** URL of its module; absent for a plugin that was handed over as a value. */
  readonly module?: string;
}

/**
 * Loads plugins, each a module path relative to `folder` or a value made by `definePlugin`. One that is
 * named twice is loaded once.
 * @throws ScopewardError `plugin_unreadable` or `plugin_invalid`.
 */
export async function loadPlugins(
  plugins: readonly (Plugin | string | URL)[],
  folder: string,
): Promise<readonly LoadedPlugin[]> {
  const loaded: LoadedPlugin[] = [];
  for (const entry of plugins) {
    const plugin = await loadPlugin(entry, folder);
    if (!loaded.some((other) => other.plugin === plugin.plugin)) loaded.push(plugin);
  }
  refuseTwins(loaded);
  return loaded;
}

async function loadPlugin(entry: Plugin | string | URL, folder: string): Promise<LoadedPlugin> {
  if (isPlugin(entry)) return { plugin: entry };
  const { file, url, value } = await importModule(entry, folder, "plugin", "plugin_unreadable");
  if (!isPlugin(value)) {
    throw new ScopewardError(
      "plugin_invalid",
      `plugin \`${file}\` does not default-export what \`definePlugin\` returned: write \`export default definePlugin({ … })\``,
    );
  }
  return { plugin: value, module: url };
}

/** What of plugins must not have one name twice. */
const parts: readonly (readonly [string, (plugin: Plugin) => readonly string[]])[] = [
  ["builtin", ({ builtins }) => builtins.map(({ name }) => name)],
  ["obligation", ({ obligations = [] }) => obligations.map(({ type }) => type)],
  ["context provider", ({ contextProviders = [] }) => contextProviders.map(({ name }) => name)],
  ["normaliser", ({ normalisers = [] }) => normalisers.map(({ name }) => name)],
];

function refuseTwins(loaded: readonly LoadedPlugin[]): void {
  for (const [kind, namesOf] of parts) {
    const owners = new Map<string, string>();
    for (const { plugin } of loaded) {
      for (const name of namesOf(plugin)) {
        const owner = owners.get(name);
        if (owner !== undefined) {
          throw new ScopewardError(
            "plugin_invalid",
            `plugins \`${owner}\` and \`${plugin.name}\` both define ${kind} \`${name}\``,
          );
        }
        owners.set(name, plugin.name);
      }
    }
  }
}
