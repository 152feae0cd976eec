import type { Loaded, Policy, PolicyOptions } from "@scopeward/policy";
import { openEvaluator, openPolicy, readBundle } from "@scopeward/policy";
import type { Evaluator, PolicyFiles } from "@scopeward/sdk";
import type { LoadedPlugin } from "./plugin-module.ts";
import type { LoadSettings } from "./resolve-options.ts";

/** Opens a bundle for decisions, or tells why it is refused. */
export async function loadBundle(
  bytes: Uint8Array,
  settings: LoadSettings,
): Promise<Loaded<Policy>> {
  const { plugins, limits, isolation, verify, state } = settings;
  return await openPolicy(bytes, {
    ...pluginOptions(plugins),
    limits,
    isolation,
    ...(verify === undefined ? {} : { verify }),
    ...(state === undefined ? {} : { state }),
  });
}

/** The author's policies in a bundle that was loaded before: sources and data, without the library. */
export async function bundleSources(bytes: Uint8Array): Promise<PolicyFiles> {
  return await readBundle(bytes);
}

/** Opens a bundle that was built a moment ago, to ask any of its entrypoints. */
export async function openBundleEvaluator(
  bytes: Uint8Array,
  plugins: readonly LoadedPlugin[],
): Promise<Evaluator> {
  return await openEvaluator(bytes, pluginOptions(plugins));
}

function pluginOptions(plugins: readonly LoadedPlugin[]): PolicyOptions {
  return {
    builtins: plugins.flatMap(({ plugin }) => plugin.builtins),
    pluginModules: plugins.flatMap(({ module }) => (module === undefined ? [] : [module])),
  };
}
