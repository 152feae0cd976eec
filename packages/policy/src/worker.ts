// The thread of an isolated evaluator. Started by EvaluatorThread, which sends one request at a time.
import { parentPort, workerData } from "node:worker_threads";
import { importPluginBuiltins } from "./isolation/plugin-builtins.ts";
import { threadStates } from "./isolation/thread-message.ts";
import type { ThreadData, ThreadOpening, ThreadRequest } from "./isolation/thread-message.ts";
import { openCompiled } from "./wasm/open-evaluator.ts";

if (parentPort === null) throw new TypeError("this module runs in a worker thread only");
const { policy, pluginModules, port, state } = workerData as ThreadData;

const plugins = await importPluginBuiltins(pluginModules);
const opened = openCompiled(policy, plugins.builtins);
const problems = [...plugins.problems, ...(opened.kind === "refused" ? opened.problems : [])];
const opening: ThreadOpening = {
  entrypoints: opened.kind === "opened" ? opened.evaluator.entrypoints : [],
  builtins: plugins.builtins.map(({ name }) => name),
  problems,
};
parentPort.postMessage(opening);

if (opened.kind === "opened" && problems.length === 0) {
  const { evaluator } = opened;
  port.on("message", ({ entrypoint, input }: ThreadRequest) => {
    port.postMessage(evaluator.evaluate(entrypoint, input));
    tell(threadStates.ready);
  });
  tell(threadStates.ready);
} else {
  tell(threadStates.refused);
}

function tell(value: number): void {
  Atomics.store(state, 0, value);
  Atomics.notify(state, 0);
}
