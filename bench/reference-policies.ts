import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openCompiler } from "@scopeward/compiler";
import { hostBuiltins, readPolicyFolder } from "@scopeward/policy";
import type { Compiler, PolicyFiles } from "@scopeward/sdk";
import type { AccessRequest } from "scopeward";

/** The folder of the reference policies. */
export const referenceFolder: string = fileURLToPath(new URL("../policies", import.meta.url));

/** The files of the reference policies. */
export async function referenceFiles(): Promise<PolicyFiles> {
  const read = await readPolicyFolder(referenceFolder);
  if (read.kind === "unreadable") throw new Error(JSON.stringify(read.problems));
  return read.files;
}

/** A request of the quick start that the reference policies allow: a query of a dataset. */
export const allowedRequest: AccessRequest = quickStartRequest(
  ({ action }, effect) => action.name === "sql_query" && effect === "allow",
);

function quickStartRequest(
  wanted: (request: AccessRequest, effect: string) => boolean,
): AccessRequest {
  const file = new URL("../examples/quickstart/requests.json", import.meta.url);
  const cases = JSON.parse(readFileSync(file, "utf8")) as readonly {
    readonly request: AccessRequest;
    readonly expected: { readonly effect: string };
  }[];
  const found = cases.find(({ request, expected }) => wanted(request, expected.effect));
  if (found === undefined) throw new Error("the quick start has no such request");
  return found.request;
}

/** Runs with a compiler, and closes it. */
export async function withCompiler<T>(work: (compiler: Compiler) => Promise<T>): Promise<T> {
  const compiler = await openCompiler({ hostBuiltins, pluginBuiltins: [], pluginModules: [] });
  try {
    return await work(compiler);
  } finally {
    await compiler.close();
  }
}

/** The bundle of these files. */
export async function buildBundle(compiler: Compiler, files: PolicyFiles): Promise<Uint8Array> {
  const built = await compiler.build({ files });
  if (built.kind === "refused") throw new Error(JSON.stringify(built.problems, undefined, 2));
  return built.bundle;
}
