import type { CompilerHost } from "@scopeward/sdk";

/** A host without anything of its own. */
export const bareHost: CompilerHost = {
  hostBuiltins: [],
  pluginBuiltins: [],
  pluginModules: [],
};

/** A feature with one tool, without a mistake, and `rules` after its scopes. */
export function feature(name: string, rules: string = ""): string {
  const scope = name.replaceAll("_", "-");
  return `# METADATA
# title: ${name}
package features.${name}

# METADATA
# title: Use it
scopes["${scope}:use"] := {"tools": {"${name}_tool": {"resource": "none"}}}
${rules}`;
}

/** A test package beside a feature. */
export function featureTest(name: string, rules: string): string {
  return `package features.${name}_test

import data.features.${name}

${rules}`;
}
