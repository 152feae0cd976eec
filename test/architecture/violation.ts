import { lineOf } from "./module.ts";
import type { Module } from "./module.ts";

/** The rules of the house that a program can check, by the name that a violation carries. */
export type RuleName =
  | "arrow"
  | "core_is_pure"
  | "doc_missing"
  | "export_star"
  | "forbidden_name"
  | "generated_name"
  | "reach_in"
  | "suppression_reason"
  | "undeclared_dependency"
  | "unknown_entry"
  | "unparseable";

/** One breach of one rule; `line` is 1-based. */
export interface Violation {
  readonly rule: RuleName;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** Makes a violation at an offset of a module. */
export function violationAt(
  rule: RuleName,
  module: Module,
  offset: number,
  message: string,
): Violation {
  return { rule, path: module.path, line: lineOf(module, offset), message };
}
