import { PolicyAbort } from "./policy-abort.ts";

// What OPA's allocator says when the memory may not grow further.
const allocatorFailed = "opa_malloc: failed";

/** The detail of an evaluation that needs more memory than its limit. */
export const outOfMemory = "out of memory";

/** Why an instance ended, for people. OPA's messages name rules and places, never a value. */
export function faultDetail(error: unknown): string {
  if (error instanceof PolicyAbort) {
    return error.message === allocatorFailed ? outOfMemory : error.message;
  }
  if (error instanceof RangeError) return "out of stack or memory";
  return "the policy trapped";
}
