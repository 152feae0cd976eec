import type { BuiltinFunction } from "./builtin-function.ts";
import { comparisonBuiltins } from "./comparison.ts";

/**
 * OPA's builtins under OPA's names, with the semantics of OPA under `--strict-builtin-errors`: what
 * fails throws. A null prototype, so that no name reaches `Object.prototype`.
 */
export const builtins: Readonly<Record<string, BuiltinFunction>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, BuiltinFunction>, comparisonBuiltins),
);
