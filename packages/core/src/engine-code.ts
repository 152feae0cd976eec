/**
 * Why the engine itself denied: a closed list. A policy's own reason codes match
 * `[a-z][a-z0-9_]*` and can never collide with these.
 */
export const engineCodes = [
  "engine:no_bundle",
  "engine:undefined",
  "engine:output_malformed",
  "engine:builtin_failed",
  "engine:evaluation_failed",
  "engine:input_invalid",
  "engine:input_too_large",
  "engine:timeout",
  "engine:args_conflict",
  "engine:args_unstable",
  "engine:args_unparseable",
  "engine:resource_underived",
  "engine:context_failed",
  "engine:audit_unavailable",
  "engine:approval_unavailable",
  "engine:approval_invalid",
  "engine:permit_invalid",
  "engine:limit_unavailable",
  "engine:obligation_unknown",
  "engine:obligation_failed",
] as const;

/** One of {@link engineCodes}. */
export type EngineCode = (typeof engineCodes)[number];
