import type { MessagePort } from "node:worker_threads";
import type { Problem } from "@scopeward/core";
import type { CompiledPolicy } from "../wasm/compiled-policy.ts";

/** What an evaluator's thread is started with. */
export interface ThreadData {
  readonly policy: CompiledPolicy;
  /** URLs of the plugins' modules. */
  readonly pluginModules: readonly string[];
  /** Brings {@link ThreadRequest}s, and takes one Evaluation for each. */
  readonly port: MessagePort;
  /** One word: see {@link threadStates}. */
  readonly state: Int32Array<SharedArrayBuffer>;
}

/**
 * What the thread is at. Whoever waits for it sleeps on this word, so the thread wakes it whenever it
 * changes, after the message that belongs to it was posted.
 */
export const threadStates = { starting: 0, ready: 1, refused: 2, evaluating: 3 } as const;

/** One evaluation, sent when the one before is answered. */
export interface ThreadRequest {
  readonly entrypoint: string;
  readonly input: string;
}

/** The first word of the thread, to whoever started it. */
export interface ThreadOpening {
  readonly entrypoints: readonly string[];
  /** Names of the builtins that the plugins' modules brought. */
  readonly builtins: readonly string[];
  /** Why it will not evaluate; empty when it will. */
  readonly problems: readonly Problem[];
}
