import { gunzipSync } from "node:zlib";
import { openCompiler } from "@scopeward/compiler";
import { hostBuiltins } from "@scopeward/policy";
import { defineBuiltin, type } from "@scopeward/sdk";
import type { Builtin } from "@scopeward/sdk";

/** Names of the plugin's builtins that probes call, each with one argument of any type. */
export const pluginNames = ["acme.echo", "acme.effect"] as const;

/** The plugin's builtins with functions of a test's own. */
export function pluginBuiltins(
  functions: Partial<Readonly<Record<(typeof pluginNames)[number], (value: unknown) => unknown>>>,
): readonly Builtin[] {
  return pluginNames.map((name) =>
    defineBuiltin({
      name,
      args: [type.any],
      result: type.any,
      evaluate: functions[name] ?? ((value) => value),
    }),
  );
}

/**
 * Builds a bundle in which each rule of package `probe` is an entrypoint `probe/<name>`.
 * @param rules - by name, the text after the name: `:= 1`, ` if input.n`, or several of them.
 */
export async function buildProbes(
  rules: Readonly<Record<string, string | readonly string[]>>,
  files: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const source = Object.entries(rules).flatMap(([name, bodies]) => [
    "# METADATA\n# entrypoint: true",
    ...[bodies].flat().map((body) => `${name} ${body}\n`),
  ]);
  const compiler = await openCompiler({
    hostBuiltins,
    pluginBuiltins: pluginBuiltins({}),
    pluginModules: [],
  });
  try {
    const built = await compiler.build({
      files: { ...files, "probe.rego": ["package probe\n", ...source].join("\n") },
    });
    if (built.kind === "refused") throw new Error(JSON.stringify(built.problems, undefined, 2));
    return built.bundle;
  } finally {
    await compiler.close();
  }
}

/** One file of a bundle, for other hosts. */
export function bundleFile(bundle: Uint8Array, name: string): Uint8Array {
  const tar = gunzipSync(bundle);
  for (let at = 0; at < tar.length;) {
    const header = tar.subarray(at, at + 512);
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8) || 0;
    const end = header.indexOf(0);
    if (header.toString("utf8", 0, end) === name) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the bundle has no \`${name}\``);
}
