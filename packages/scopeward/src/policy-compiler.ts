import { openCompiler } from "@scopeward/compiler";
import { hostBuiltins } from "@scopeward/policy/host-builtins";
import type { Compiler } from "@scopeward/sdk";
import type { LoadedPlugin } from "./plugin-module.ts";

/** Opens the compiler for bundles that the evaluator of this package will run. */
export async function openPolicyCompiler(plugins: readonly LoadedPlugin[]): Promise<Compiler> {
  return await openCompiler({
    hostBuiltins,
    pluginBuiltins: plugins.flatMap(({ plugin }) => plugin.builtins),
    pluginModules: plugins.flatMap(({ module }) => (module === undefined ? [] : [module])),
  });
}
