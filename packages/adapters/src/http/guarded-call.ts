import type { GuardedCall } from "./route.ts";

const calls = new WeakMap<object, GuardedCall>();

/** Keeps what a request was let through for. */
export function rememberCall(request: object, call: GuardedCall): void {
  calls.set(request, call);
}

/**
 * What a request was let through for: who calls, and the arguments that were decided on.
 * @param request - Express: the request; Fastify: the request; Hono: the context.
 * @throws TypeError for a request that no guard let through: the route has none, or comes before it.
 */
export function guardedCall(request: object): GuardedCall {
  const call = calls.get(request);
  if (call === undefined) {
    throw new TypeError("no guard let this request through; put the guard before the handler");
  }
  return call;
}
