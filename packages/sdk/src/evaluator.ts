import type { EngineCode } from "@scopeward/core";

/** What one evaluation gave. `failed` never says what the input held. */
export type Evaluation =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failed"; readonly code: EngineCode; readonly detail: string };

/**
 * A loaded bundle that answers (port version 1). One semantics for every implementation: a builtin
 * that fails makes the evaluation `failed` with `engine:builtin_failed`, an undefined entrypoint
 * with `engine:undefined`, a conflict of rules, or an entrypoint that the bundle lacks, with
 * `engine:evaluation_failed`.
 */
export interface Evaluator {
  /** Of the bundle that was loaded: `sha256:<hex>`. */
  readonly revision: string;
  /** Entrypoints that can be asked, such as `scopeward/decision`. */
  readonly entrypoints: readonly string[];
  /**
   * Synchronous; never throws for anything in the input.
   * @param input - JSON text of the input document; empty for none.
   */
  evaluate(entrypoint: string, input: string): Evaluation;
  /** Frees what the evaluator holds; later evaluations are `engine:no_bundle`. */
  close(): void;
}
