import type { Problem } from "@scopeward/core";
import { isPlugin } from "@scopeward/sdk";
import type { Builtin } from "@scopeward/sdk";
import { bundleProblem } from "../wasm/evaluator-options.ts";

/** The builtins of plugins, and what kept some of them from being imported. */
export interface PluginBuiltins {
  readonly builtins: readonly Builtin[];
  readonly problems: readonly Problem[];
}

/** Imports the plugins in the thread that will call their builtins. */
export async function importPluginBuiltins(modules: readonly string[]): Promise<PluginBuiltins> {
  const builtins: Builtin[] = [];
  const problems: Problem[] = [];
  for (const url of modules) {
    try {
      const { default: plugin } = (await import(url)) as { readonly default?: unknown };
      if (!isPlugin(plugin)) throw new TypeError("its default export is no plugin");
      builtins.push(...plugin.builtins);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(bundleProblem("plugin_unusable", `plugin \`${url}\`: ${reason}`));
    }
  }
  return { builtins, problems };
}
