import { unconditional } from "./conditions.ts";
import { Gate } from "./gate.ts";
import { problemResponse, valuesOf, withHeaders } from "./guard-fetch.ts";
import { rememberCall } from "./guarded-call.ts";
import { transformedResponse } from "./response-parts.ts";
import { secretEnds } from "./route.ts";
import type { Route } from "./route.ts";

/** What this needs of a context of Hono. */
export interface HonoContext {
  readonly req: { raw: Request };
  readonly env: unknown;
  res: Response;
}

/** How a route of Hono is protected. */
export type HonoRoute<C extends HonoContext> = Route<C> & {
  /** The address of the socket's other end. Absent: as `@hono/node-server` tells it. */
  readonly peer?: (context: C) => string | undefined;
};

/**
 * Hono middleware that lets through what the policies allow. The handler reads arguments and principal
 * with `guardedCall(context)`. Put middleware that answers a CORS preflight, or compresses, before it.
 */
export function honoGuard<C extends HonoContext>(
  route: HonoRoute<C>,
): (context: C, next: () => Promise<void>) => Promise<Response | void> {
  const gate = new Gate<C>(route);
  return async (context, next) => {
    const { headers, signal, url, method } = context.req.raw;
    // Of other middleware, such as that of CORS; it stays, whatever becomes of the handler's response.
    const before = new Headers(context.res.headers);
    const handled = await gate.pass<Response>(
      {
        request: context,
        target: url,
        peer: route.peer === undefined ? nodePeer(context.env) : route.peer(context),
        header: (name) => valuesOf(headers, name),
        signal,
      },
      {
        handle: async (call, isTransformed) => {
          rememberCall(context, call);
          if (isTransformed) context.req.raw = unconditional(context.req.raw);
          await next();
          return context.res;
        },
        parts: transformedResponse,
        isFailure: ({ status }) => status >= 500,
      },
    );
    const response =
      handled.kind === "problem"
        ? problemResponse(handled.problem, method, before)
        : withHeaders(handled.answer, secretEnds(handled.call));
    if (response === context.res) return;
    // Otherwise Hono puts the headers of the response before over those of this one.
    Object.assign(context, { res: undefined });
    context.res = response;
  };
}

function nodePeer(env: unknown): string | undefined {
  const { incoming } = Object(env) as { readonly incoming?: { readonly socket?: unknown } };
  const { remoteAddress } = Object(incoming?.socket) as { readonly remoteAddress?: unknown };
  return typeof remoteAddress === "string" ? remoteAddress : undefined;
}
