import type { RegoValue } from "../rego/value.ts";

/**
 * One of OPA's builtins: pure and synchronous. `undefined` is Rego's undefined; whatever it throws
 * counts as a failure, a {@link BuiltinError} when the arguments are to blame.
 */
export type BuiltinFunction = (...args: readonly RegoValue[]) => RegoValue | undefined;
