import type { JsonObject } from "@scopeward/core";
import { requestRule, type RequestRule } from "./transport-methods.ts";

/**
 * How a server treats a request: as a gateway does, but for three.
 *
 * - `logging/setLevel` passes: the server sends its log without it as well, and its author knows what the
 *   log holds.
 * - A method that the protocol does not know has a handler that the author wrote: it is decided as the
 *   tool called like it, with all its params, so that it is denied unless a policy names it.
 * - A `tools/call` with a task (protocol 2025-11-25) gives its result to whoever asks for it later, past the
 *   duties of the call. It is decided so as well: as the tool `tools/call`, which no policy should name.
 */
export function serverRule(method: string, params: JsonObject): RequestRule {
  if (method === "logging/setLevel") return { kind: "pass" };
  const own = Object.keys(params).filter((name) => name !== "_meta");
  if (method === "tools/call" && params["task"] !== undefined)
    return { kind: "method", params: own };
  return requestRule(method, params) ?? { kind: "method", params: own };
}
