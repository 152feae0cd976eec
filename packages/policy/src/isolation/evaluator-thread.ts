import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { Evaluation } from "@scopeward/sdk";
import type { CompiledPolicy } from "../wasm/compiled-policy.ts";
import { bundleProblem } from "../wasm/evaluator-options.ts";
import { threadStates } from "./thread-message.ts";
import type { ThreadData, ThreadOpening, ThreadRequest } from "./thread-message.ts";

/** What every thread of an evaluator is started with. */
export interface ThreadSource {
  readonly policy: CompiledPolicy;
  readonly pluginModules: readonly string[];
}

/** One worker thread with one evaluator, and the caller's way of waiting for it without an event loop. */
export class EvaluatorThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  #isEnded = false;

  constructor(source: ThreadSource) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const data: ThreadData = { ...source, port: port2, state: this.#state };
    this.#worker = new Worker(new URL(import.meta.resolve("@scopeward/policy/worker")), {
      name: "scopeward-evaluator",
      workerData: data,
      transferList: [port2],
    });
    // An error ends the thread, which is what counts; without a listener it would end the process.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", () => {
      this.#isEnded = true;
    });
    this.#worker.unref();
  }

  /** What the thread has to say of its start, or that it died or said nothing in time. */
  async opening(limitMs: number): Promise<ThreadOpening> {
    const { promise, resolve } = Promise.withResolvers<ThreadOpening>();
    const limit = setTimeout(() => resolve(failedOpening("took too long")), limitMs);
    this.#worker.ref();
    this.#worker.once("message", resolve);
    this.#worker.once("error", (error: unknown) =>
      resolve(failedOpening(error instanceof Error ? error.message : String(error))),
    );
    this.#worker.once("exit", (code) => resolve(failedOpening(`ended with ${code}`)));
    const opening = await promise;
    clearTimeout(limit);
    this.#worker.unref();
    return opening;
  }

  /** Whether the thread has died, as far as the event loop has heard of it. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Waits for the end of the start, blocking the caller. */
  started(limitMs: number): "ready" | "refused" | "starting" {
    this.#sleepWhile(threadStates.starting, limitMs);
    switch (Atomics.load(this.#state, 0)) {
      case threadStates.ready:
        return "ready";
      case threadStates.refused:
        return "refused";
      default:
        return "starting";
    }
  }

  /**
   * Evaluates, blocking the caller.
   * @returns undefined if there is no answer in time: the thread must be ended then.
   */
  ask(request: ThreadRequest, limitMs: number): Evaluation | undefined {
    Atomics.store(this.#state, 0, threadStates.evaluating);
    this.#port.postMessage(request);
    this.#sleepWhile(threadStates.evaluating, limitMs);
    if (Atomics.load(this.#state, 0) !== threadStates.ready) return undefined;
    return receiveMessageOnPort(this.#port)?.message as Evaluation | undefined;
  }

  /**
   * Stops the thread, whatever it is at. Not even Node can interrupt a loop of JavaScript that does
   * nothing but allocate arrays: that thread lives on, and nobody waits for it any more.
   */
  end(): void {
    this.#port.close();
    void this.#worker.terminate();
  }

  #sleepWhile(state: number, limitMs: number): void {
    const deadline = performance.now() + limitMs;
    while (Atomics.load(this.#state, 0) === state) {
      const left = deadline - performance.now();
      if (left <= 0) return;
      Atomics.wait(this.#state, 0, state, left);
    }
  }
}

function failedOpening(reason: string): ThreadOpening {
  const problem = bundleProblem("thread_failed", `the evaluator's thread did not start: ${reason}`);
  return { entrypoints: [], builtins: [], problems: [problem] };
}
