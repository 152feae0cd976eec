import type { EngineCode } from "@scopeward/core";
import type { Evaluation, Evaluator } from "@scopeward/sdk";
import type { PolicyImage } from "./policy-image.ts";
import type { PolicyInstance } from "./policy-instance.ts";
import { faultDetail } from "./fault-detail.ts";
import { readResultSet } from "./result-set.ts";

/** What an evaluator answers for. */
export interface EvaluatedPolicy {
  readonly revision: string;
  /** Entrypoints with the numbers that the module knows them by. */
  readonly entrypoints: ReadonlyMap<string, number>;
  /** Bytes that the memory of an instance may grow to. */
  readonly memoryBytes: number;
}

/**
 * Evaluates in the calling thread. Each evaluation begins on the same heap, so nothing of an input is
 * left for the next; an instance that threw, or that has grown large, is given up for a new one.
 */
export class WasmEvaluator implements Evaluator {
  readonly revision: string;
  readonly entrypoints: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #largestBytes: number;
  #image: PolicyImage | undefined;
  #instance: PolicyInstance | undefined;
  #spent: PolicyInstance | undefined;
  #evaluating = false;

  constructor(policy: EvaluatedPolicy, image: PolicyImage) {
    this.revision = policy.revision;
    this.entrypoints = [...policy.entrypoints.keys()].toSorted();
    this.#ids = policy.entrypoints;
    this.#image = image;
    // Half of what evaluation may take, so that the next one never meets the limit for its sake.
    this.#largestBytes = (image.byteLength + policy.memoryBytes) / 2;
  }

  evaluate(entrypoint: string, input: string): Evaluation {
    const image = this.#image;
    if (image === undefined) return failed("engine:no_bundle", "the evaluator is closed");
    const id = this.#ids.get(entrypoint);
    if (id === undefined) {
      return failed("engine:evaluation_failed", `there is no entrypoint \`${entrypoint}\``);
    }
    if (this.#evaluating) {
      return failed("engine:evaluation_failed", "a builtin evaluated the policy that called it");
    }
    this.#evaluating = true;
    try {
      return this.#evaluate(image, id, input);
    } finally {
      this.#evaluating = false;
    }
  }

  close(): void {
    this.#image = undefined;
    this.#instance = undefined;
    this.#spent = undefined;
  }

  #evaluate(image: PolicyImage, id: number, input: string): Evaluation {
    let instance: PolicyInstance | undefined;
    let text: string;
    try {
      instance = this.#take(image);
      text = instance.evaluate(id, image.heap, input);
    } catch (error) {
      this.#spent = instance;
      return instance?.failedBuiltin === undefined
        ? failed("engine:evaluation_failed", faultDetail(error))
        : failed("engine:builtin_failed", instance.failedBuiltin);
    }
    // Unless a builtin closed the evaluator meanwhile.
    if (this.#image !== undefined && instance.memory.byteLength <= this.#largestBytes) {
      this.#instance = instance;
    }
    return instance.failedBuiltin === undefined
      ? readResultSet(text)
      : failed("engine:builtin_failed", instance.failedBuiltin);
  }

  /** The instance, which comes back to its place only if it comes through without an exception. */
  #take(image: PolicyImage): PolicyInstance {
    const instance = this.#instance ?? image.instantiate(this.#spent);
    this.#instance = undefined;
    this.#spent = undefined;
    return instance;
  }
}

function failed(code: EngineCode, detail: string): Evaluation {
  return { kind: "failed", code, detail };
}
