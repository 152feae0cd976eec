import type { EngineCode } from "@scopeward/core";
import type { Evaluation, Evaluator } from "@scopeward/sdk";
import { EvaluatorThread, type ThreadSource } from "./evaluator-thread.ts";
import type { ThreadRequest } from "./thread-message.ts";

/** How long an isolated evaluator waits for its thread, in milliseconds. */
export interface ThreadTimes {
  /** For one answer. */
  readonly timeoutMs: number;
  /** For a thread to start, after the one before it was given up. */
  readonly startMs: number;
}

/**
 * Evaluates in a thread of its own, while the caller sleeps. A thread that does not answer in time is
 * ended, and another one started at once; the next evaluation waits for it.
 */
export class IsolatedEvaluator implements Evaluator {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  readonly #source: ThreadSource;
  readonly #times: ThreadTimes;
  /** Undefined once the evaluator is closed. */
  #thread: EvaluatorThread | undefined;

  /** @param thread - the first one, whose opening was heard. */
  constructor(
    source: ThreadSource,
    times: ThreadTimes,
    entrypoints: readonly string[],
    thread: EvaluatorThread,
  ) {
    this.revision = source.policy.revision;
    this.entrypoints = entrypoints;
    this.#source = source;
    this.#times = times;
    this.#thread = thread;
  }

  evaluate(entrypoint: string, input: string): Evaluation {
    if (this.#thread === undefined) return failed("engine:no_bundle", "the evaluator is closed");
    if (this.#thread.isEnded) this.#thread = new EvaluatorThread(this.#source);
    switch (this.#thread.started(this.#times.startMs)) {
      case "ready":
        return this.#ask(this.#thread, { entrypoint, input });
      case "refused":
        return failed("engine:evaluation_failed", "the evaluator's thread cannot start again");
      case "starting":
        return failed("engine:timeout", "the evaluator's thread did not start in time");
    }
  }

  close(): void {
    this.#thread?.end();
    this.#thread = undefined;
  }

  #ask(thread: EvaluatorThread, request: ThreadRequest): Evaluation {
    const { timeoutMs } = this.#times;
    const answer = thread.ask(request, timeoutMs);
    if (answer !== undefined) return answer;
    thread.end();
    this.#thread = new EvaluatorThread(this.#source);
    return failed("engine:timeout", `there was no answer in ${timeoutMs} milliseconds`);
  }
}

function failed(code: EngineCode, detail: string): Evaluation {
  return { kind: "failed", code, detail };
}
