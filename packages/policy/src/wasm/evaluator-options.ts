import type { Problem } from "@scopeward/core";
import type { Builtin, Evaluator } from "@scopeward/sdk";

/** What an evaluator needs of a bundle. */
export interface WasmBundle {
  /** `policy.wasm`, as OPA's compiler wrote it. */
  readonly wasm: Uint8Array;
  /** JSON text of the base documents: `data.json`. */
  readonly dataText: string;
  /** `sha256:<hex>`. */
  readonly revision: string;
  /** Entrypoints that must be there, such as `scopeward/decision`. */
  readonly entrypoints?: readonly string[];
}

/** Bounds on evaluation. */
export interface EvaluatorLimits {
  /**
   * Bytes of WebAssembly memory, 64 MiB by default, counted in whole pages of 64 KiB. The policy and
   * its data are in it too: OPA needs about nine times the size of `data.json`.
   */
  readonly memoryBytes?: number;
  /** Milliseconds for one evaluation, 1,000 by default. Holds in isolation only. */
  readonly timeoutMs?: number;
}

/** How to open an evaluator. */
export interface EvaluatorOptions {
  /** Builtins of plugins, to be called in this thread. */
  readonly builtins?: readonly Builtin[];
  /** URLs of modules that default-export plugins; in isolation they are imported in the worker. */
  readonly pluginModules?: readonly string[];
  readonly limits?: EvaluatorLimits;
}

/** An evaluator that is ready, or everything that keeps the bundle from being used. */
export type OpenedEvaluator =
  | { readonly kind: "opened"; readonly evaluator: Evaluator }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** A problem of a bundle's file, always an error. */
export function bundleProblem(code: string, message: string, file?: string): Problem {
  return { severity: "error", code, message, ...(file === undefined ? {} : { file }) };
}
