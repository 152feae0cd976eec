import type { Problem } from "@scopeward/core";
import type { Builtin } from "@scopeward/sdk";
import type { ImportedBuiltin, ImportedBuiltins } from "./builtin-calls.ts";
import { compilePolicy, type CompiledPolicy } from "./compiled-policy.ts";
import { bundleProblem } from "./evaluator-options.ts";
import type { EvaluatorOptions, OpenedEvaluator, WasmBundle } from "./evaluator-options.ts";
import { faultDetail, outOfMemory } from "./fault-detail.ts";
import { authorName, builtinResolver } from "./host-builtins.ts";
import { PolicyAbort } from "./policy-abort.ts";
import { newInstance, PolicyImage } from "./policy-image.ts";
import type { PolicyInstance } from "./policy-instance.ts";
import { WasmEvaluator } from "./wasm-evaluator.ts";
import { pageBytes } from "./web-assembly.ts";

/**
 * Opens a bundle for evaluation in this thread. Everything that can be known before the first
 * evaluation is: `wasm_invalid`, `abi_unsupported`, one `builtin_missing` and one
 * `entrypoint_missing` for each, `data_invalid`, `memory_exceeded`.
 *
 * @throws RangeError if `limits.memoryBytes` is no positive number.
 */
export async function openWasmEvaluator(
  bundle: WasmBundle,
  options: EvaluatorOptions = {},
): Promise<OpenedEvaluator> {
  const compiled = await compilePolicy(bundle, options.limits);
  return compiled.kind === "refused" ? compiled : openCompiled(compiled.policy, options.builtins);
}

/** The second half of {@link openWasmEvaluator}, in whichever thread the policy shall run. */
export function openCompiled(
  policy: CompiledPolicy,
  plugins: readonly Builtin[] = [],
): OpenedEvaluator {
  let names: Names;
  try {
    // Its own word on what it needs comes before anything is resolved.
    names = readNames(newInstance(policy.source, []));
  } catch (error) {
    return refused([instanceProblem(error)]);
  }
  const { builtins, problems } = resolveBuiltins(names.builtins, plugins);
  for (const entrypoint of policy.requiredEntrypoints) {
    if (!names.entrypoints.has(entrypoint)) {
      const message = `has no entrypoint \`${entrypoint}\``;
      problems.push(bundleProblem("entrypoint_missing", message, "policy.wasm"));
    }
  }
  return problems.length > 0 ? refused(problems) : openImage(policy, names, builtins);
}

function openImage(
  policy: CompiledPolicy,
  { entrypoints }: Names,
  builtins: ImportedBuiltins,
): OpenedEvaluator {
  try {
    const image = PolicyImage.load(policy.source, builtins, policy.dataText);
    const memoryBytes = policy.source.maximumPages * pageBytes;
    const { revision } = policy;
    const evaluator = new WasmEvaluator({ revision, entrypoints, memoryBytes }, image);
    return { kind: "opened", evaluator };
  } catch (error) {
    return refused([dataProblem(error)]);
  }
}

interface Names {
  readonly builtins: ReadonlyMap<string, number>;
  readonly entrypoints: ReadonlyMap<string, number>;
}

function readNames(instance: PolicyInstance): Names {
  const { exports } = instance;
  return {
    builtins: readIds(instance.jsonText(exports.builtins())),
    entrypoints: readIds(instance.jsonText(exports.entrypoints())),
  };
}

// The module may come from anywhere, so its tables are read as anything.
function readIds(text: string): ReadonlyMap<string, number> {
  const table: unknown = JSON.parse(text);
  if (typeof table !== "object" || table === null) throw new TypeError("no table of names");
  const ids = new Map<string, number>();
  for (const [name, id] of Object.entries(table as Readonly<Record<string, unknown>>)) {
    if (typeof id !== "number" || !Number.isInteger(id)) throw new TypeError("no table of names");
    ids.set(name, id);
  }
  return ids;
}

function resolveBuiltins(
  ids: ReadonlyMap<string, number>,
  plugins: readonly Builtin[],
): { builtins: ImportedBuiltins; problems: Problem[] } {
  const resolve = builtinResolver(plugins);
  const builtins: (ImportedBuiltin | undefined)[] = [];
  const problems: Problem[] = [];
  for (const [imported, id] of ids) {
    const name = authorName(imported);
    const evaluate = resolve(imported);
    if (evaluate === undefined) {
      const message = `needs builtin \`${name}\`, which is not there`;
      problems.push(bundleProblem("builtin_missing", message, "policy.wasm"));
    } else {
      builtins[id] = { name, evaluate };
    }
  }
  return { builtins, problems };
}

function instanceProblem(error: unknown): Problem {
  return error instanceof PolicyAbort && error.code === "unsupported_abi"
    ? bundleProblem("abi_unsupported", "is not of OPA's ABI 1.2 or a later 1.x", "policy.wasm")
    : bundleProblem("wasm_invalid", "cannot be started", "policy.wasm");
}

function dataProblem(error: unknown): Problem {
  const detail = faultDetail(error);
  return detail === outOfMemory
    ? bundleProblem("memory_exceeded", "does not fit into the memory limit", "data.json")
    : bundleProblem("data_invalid", detail, "data.json");
}

function refused(problems: readonly Problem[]): OpenedEvaluator {
  return { kind: "refused", problems };
}
