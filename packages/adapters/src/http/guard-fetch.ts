import { unconditional } from "./conditions.ts";
import { Gate } from "./gate.ts";
import type { Problem } from "./problem.ts";
import { transformedResponse } from "./response-parts.ts";
import { secretEnds } from "./route.ts";
import type { GuardedCall, Route } from "./route.ts";

/** How a handler of the Fetch API is protected. */
export type FetchRoute<A extends readonly unknown[] = readonly []> = Route<Request> & {
  /** The address of the socket's other end, which a `Request` does not have. Absent: nobody knows. */
  readonly peer?: (request: Request, ...rest: A) => string | undefined;
};

/**
 * Wraps a handler of the Fetch API: it runs only for requests that are let through, with whoever calls at
 * hand. Every method is protected, `OPTIONS` too: answer a CORS preflight before, it carries no key.
 */
export function guardFetch<A extends readonly unknown[] = readonly []>(
  handler: (request: Request, call: GuardedCall, ...rest: A) => Response | Promise<Response>,
  route: FetchRoute<A>,
): (request: Request, ...rest: A) => Promise<Response> {
  const gate = new Gate<Request>(route);
  return async (request, ...rest) => {
    const { headers, signal, url } = request;
    const incoming = {
      // The body can be read once: the arguments are read from one copy, the handler has the other.
      request: readsArguments(route) ? request.clone() : request,
      target: url,
      peer: route.peer?.(request, ...rest),
      header: (name: string) => valuesOf(headers, name),
      signal,
    };
    const handled = await gate.pass(incoming, {
      handle: (call, isTransformed) =>
        handler(isTransformed ? unconditional(request) : request, call, ...rest),
      parts: transformedResponse,
      isFailure: ({ status }) => status >= 500,
    });
    return handled.kind === "problem"
      ? problemResponse(handled.problem, request.method)
      : withHeaders(handled.answer, secretEnds(handled.call));
  };
}

/** A problem as a response. @param before - headers that stay, unless the problem has its own. */
export function problemResponse(
  { status, headers, body }: Problem,
  method: string,
  before: Headers = new Headers(),
): Response {
  const all = new Headers(before);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Response(method === "HEAD" ? null : body, { status, headers: all });
}

/** The response with more headers; those of a response that was fetched cannot be changed in place. */
export function withHeaders(
  response: Response,
  more: readonly (readonly [name: string, value: string])[],
): Response {
  if (more.length === 0) return response;
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of more) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}

/** The values of a header; several that `Headers` has joined count as one. */
export function valuesOf(headers: Headers, name: string): readonly string[] {
  const value = headers.get(name);
  return value === null ? [] : [value];
}

function readsArguments(route: Route<Request>): boolean {
  return "args" in route && route.args !== undefined;
}
