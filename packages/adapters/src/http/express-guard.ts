import type { ServerResponse } from "node:http";
import { forgetConditions } from "./conditions.ts";
import { Gate } from "./gate.ts";
import { rememberCall } from "./guarded-call.ts";
import { HeldResponse } from "./held-response.ts";
import type { NodeRequest } from "./node-request.ts";
import { rawValues } from "./node-request.ts";
import type { Problem } from "./problem.ts";
import { secretEnds } from "./route.ts";
import type { Route } from "./route.ts";

/** Redaction takes no more than this. */
const maxTransformedBytes = 2 ** 25;

/** What this needs of a request of Express. */
export interface ExpressRequest extends NodeRequest {
  /** The address as it came; below a router, `url` is a part of it. */
  readonly originalUrl?: string;
}

/**
 * Express middleware that lets through what the policies allow; put it before the handler of a route.
 * The handler reads arguments and principal with `guardedCall(request)`. Put middleware that answers a
 * CORS preflight, or compresses, before it.
 */
export function expressGuard<R extends ExpressRequest>(
  route: Route<R>,
): (request: R, response: ServerResponse, next: (error?: unknown) => void) => void {
  const gate = new Gate<R>(route);
  return (request, response, next) => {
    const left = new AbortController();
    response.once("close", () => left.abort());
    void answer(gate, request, response, next, left.signal);
  };
}

/** What the handler wrote; the body where it is another one than was written. */
interface Written {
  readonly status: number;
  readonly body?: string;
}

async function answer<R extends ExpressRequest>(
  gate: Gate<R>,
  request: R,
  response: ServerResponse,
  next: (error?: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let held: HeldResponse | undefined;
  const incoming = {
    request,
    target: request.originalUrl ?? request.url ?? "",
    peer: request.socket.remoteAddress,
    header: (name: string) => rawValues(request, name),
    signal,
  };
  try {
    const handled = await gate.pass<Written>(incoming, {
      handle: async (call, isTransformed) => {
        rememberCall(request, call);
        if (isTransformed) forgetConditions(request.headers);
        for (const [name, value] of secretEnds(call)) response.setHeader(name, value);
        held = new HeldResponse(response, isTransformed ? maxTransformedBytes : Infinity);
        // The handler runs in here, with whoever calls at hand.
        next();
        await Promise.race([isTransformed ? held.ended : held.begun, closed(signal)]);
        signal.throwIfAborted();
        return { status: response.statusCode };
      },
      parts: async (written, transform) => ({
        ...written,
        ...(held === undefined ? {} : { body: await held.transformed(transform) }),
      }),
      isFailure: ({ status }) => status >= 500,
    });
    if (handled.kind === "problem") {
      held?.discard();
      sendProblem(response, handled.problem);
    } else if (handled.answer.body === undefined) held?.release();
    else held?.replace(handled.answer.body);
  } catch (error) {
    // Once the client has left, nobody is there to be told.
    if (!signal.aborted) next(error);
  }
}

function sendProblem(response: ServerResponse, { status, headers, body }: Problem): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}

async function closed(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
