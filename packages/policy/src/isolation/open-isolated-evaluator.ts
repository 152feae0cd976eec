import type { Problem } from "@scopeward/core";
import type { Builtin } from "@scopeward/sdk";
import { compilePolicy } from "../wasm/compiled-policy.ts";
import { bundleProblem } from "../wasm/evaluator-options.ts";
import type { EvaluatorOptions, OpenedEvaluator, WasmBundle } from "../wasm/evaluator-options.ts";
import { EvaluatorThread } from "./evaluator-thread.ts";
import { IsolatedEvaluator } from "./isolated-evaluator.ts";
import type { ThreadOpening } from "./thread-message.ts";

const defaultTimeoutMs = 1_000;

// Importing the evaluator and the plugins takes a fifth of a second where nothing else runs.
const startMs = 10_000;

/**
 * Opens a bundle for evaluation in a thread of its own, which is ended when an answer takes longer
 * than `limits.timeoutMs`. Refused for everything that `openWasmEvaluator` refuses, and
 * `plugin_not_a_module` for a builtin that was handed over as a value, `plugin_unusable` for a module
 * that brings no plugin, `thread_failed` when the thread does not start.
 *
 * @throws RangeError if a limit is no positive number.
 */
export async function openIsolatedEvaluator(
  bundle: WasmBundle,
  options: EvaluatorOptions = {},
): Promise<OpenedEvaluator> {
  const { limits, pluginModules = [], builtins = [] } = options;
  const timeoutMs = limits?.timeoutMs ?? defaultTimeoutMs;
  if (!(timeoutMs > 0)) throw new RangeError("`timeoutMs` must be a positive number");
  const compiled = await compilePolicy(bundle, limits);
  if (compiled.kind === "refused") return compiled;
  const source = { policy: compiled.policy, pluginModules };
  const thread = new EvaluatorThread(source);
  const opening = await thread.opening(startMs);
  const problems = openingProblems(opening, builtins);
  if (problems.length > 0) {
    thread.end();
    return { kind: "refused", problems };
  }
  const times = { timeoutMs, startMs };
  const evaluator = new IsolatedEvaluator(source, times, opening.entrypoints, thread);
  return { kind: "opened", evaluator };
}

// That a builtin is missing says less than that it was handed over in a way that cannot work.
function openingProblems(opening: ThreadOpening, builtins: readonly Builtin[]): readonly Problem[] {
  const imported = new Set(opening.builtins);
  const values = builtins.filter(({ name }) => !imported.has(name));
  if (values.length === 0 || opening.problems.some(({ code }) => code !== "builtin_missing")) {
    return opening.problems;
  }
  return values.map(({ name }) =>
    bundleProblem(
      "plugin_not_a_module",
      `builtin \`${name}\` cannot go to another thread: give the path of its plugin's module`,
    ),
  );
}
