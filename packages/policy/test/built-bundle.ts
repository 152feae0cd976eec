import { openCompiler } from "@scopeward/compiler";
import type { SigningOptions } from "@scopeward/sdk";
import { builtins } from "../src/builtins/index.ts";

const files = {
  "features/notes.rego": `# METADATA
# title: Notes
package features.notes

# METADATA
# title: Read notes
scopes["notes:read"] := {"tools": {"read_note": {"resource": "none"}}}

deny contains {"code": "too_many"} if {
	input.phase == "call"
	input.args.limit > 1000
}

args := object.union(input.args, {"limit": 10}) if {
	input.phase == "call"
	not input.args.limit
}
`,
};

/** Builds one small feature, and the same signed with each of the given options. */
export async function buildBundles(
  signings: readonly SigningOptions[],
): Promise<readonly Uint8Array[]> {
  const hostBuiltins = Object.keys(builtins).toSorted();
  const compiler = await openCompiler({ hostBuiltins, pluginBuiltins: [], pluginModules: [] });
  try {
    const bundles: Uint8Array[] = [];
    for (const sign of [undefined, ...signings]) {
      const built = await compiler.build({ files, ...(sign === undefined ? {} : { sign }) });
      if (built.kind === "refused") throw new Error(JSON.stringify(built.problems));
      bundles.push(built.bundle);
    }
    return bundles;
  } finally {
    await compiler.close();
  }
}
