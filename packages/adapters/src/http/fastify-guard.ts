import { Buffer } from "node:buffer";
import { forgetConditions } from "./conditions.ts";
import { Gate } from "./gate.ts";
import type { Handled, Incoming } from "./gate.ts";
import { rememberCall } from "./guarded-call.ts";
import type { NodeRequest } from "./node-request.ts";
import { rawValues } from "./node-request.ts";
import type { Problem } from "./problem.ts";
import {
  bodyHeaders,
  checkReadable,
  forgetStatusMessage,
  transformedText,
} from "./response-parts.ts";
import { secretEnds } from "./route.ts";
import type { Route } from "./route.ts";

/** What this needs of a request of Fastify. */
export interface FastifyRequest {
  readonly raw: NodeRequest;
}

/** The response that Fastify writes to, once all hooks have run. */
interface FastifyResponse {
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
  addTrailers(trailers: Readonly<Record<string, string>>): unknown;
}

/** What this needs of a reply of Fastify. */
export interface FastifyReply {
  readonly raw: FastifyResponse;
  readonly statusCode: number;
  code(status: number): unknown;
  header(name: string, value: unknown): unknown;
  getHeader(name: string): unknown;
  getHeaders(): Readonly<Record<string, unknown>>;
  removeHeader(name: string): unknown;
  send(payload: unknown): unknown;
}

/** Hooks of one route: `app.post("/notes", { ...fastifyGuard(route) }, handler)`. */
export interface FastifyHooks<R extends FastifyRequest> {
  readonly preHandler: (request: R, reply: FastifyReply, done: () => void) => void;
  readonly onSend: (request: R, reply: FastifyReply, payload: unknown) => Promise<unknown>;
}

/** In a box, as a stream must reach Fastify as what it is. */
interface Payload {
  readonly payload: unknown;
}

/** A request between the two hooks. */
interface UnderWay {
  readonly answer: PromiseWithResolvers<Payload>;
  readonly handled: Promise<Handled<Payload>>;
  /** Headers from before the handler, such as those of CORS. */
  readonly before: Readonly<Record<string, unknown>>;
  /** Lets Fastify write. */
  readonly open: () => void;
}

/**
 * Fastify hooks that let through what the policies allow. They need the body parsed, so they are a
 * `preHandler` and not earlier. The handler reads arguments and principal with `guardedCall(request)`.
 */
export function fastifyGuard<R extends FastifyRequest>(route: Route<R>): FastifyHooks<R> {
  const gate = new Gate<R>(route);
  const underWay = new WeakMap<object, UnderWay>();
  const pass = async (request: R, reply: FastifyReply, done: () => void): Promise<void> => {
    const answer = Promise.withResolvers<Payload>();
    const left = new AbortController();
    reply.raw.once("close", () => {
      left.abort();
      answer.reject(left.signal.reason);
    });
    // Whether anybody waits for it depends on how far the request came.
    answer.promise.catch(() => {});
    const handled = gate.pass<Payload>(incomingOf(request, left.signal), {
      handle: async (call, isTransformed) => {
        rememberCall(request, call);
        if (isTransformed) forgetConditions(request.raw.headers);
        const open = isTransformed ? shut(reply.raw) : () => {};
        for (const [name, value] of secretEnds(call)) reply.header(name, value);
        underWay.set(request, { answer, handled, before: { ...reply.getHeaders() }, open });
        // The handler runs in here, with whoever calls at hand.
        done();
        return await answer.promise;
      },
      parts: async ({ payload }, transform) => ({
        payload: await transformedPayload(payload, reply, transform),
      }),
      isFailure: () => reply.statusCode >= 500,
    });
    try {
      const outcome = await handled;
      // A problem of a call that ran is told by `onSend`.
      if (outcome.kind === "problem" && !underWay.has(request)) {
        reply.send(problemPayload(outcome.problem, reply));
      }
    } catch {
      // The client has left.
    }
  };
  return {
    preHandler: (request, reply, done) => void pass(request, reply, done),
    onSend: async (request, reply, payload) => {
      const call = underWay.get(request);
      if (call === undefined) return payload;
      call.answer.resolve({ payload });
      const outcome = await call.handled;
      call.open();
      if (outcome.kind === "problem") {
        // What the handler made of them may tell what is withheld.
        forgetOwnWords(reply.raw);
        for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name);
        for (const [name, value] of Object.entries(call.before)) reply.header(name, value);
        return problemPayload(outcome.problem, reply);
      }
      if (outcome.answer.payload !== payload) {
        forgetStatusMessage(reply.raw);
        for (const name of bodyHeaders) reply.removeHeader(name);
      }
      return outcome.answer.payload;
    },
  };
}

/**
 * Lets nothing out that a handler writes past Fastify, where it is to be redacted: the connection ends.
 * @returns what lets Fastify write.
 */
function shut(response: FastifyResponse): () => void {
  const names = ["write", "end", "writeHead", "flushHeaders"];
  const own = names.map((name) => [name, Reflect.get(response, name)]);
  const end = (): unknown => response.destroy();
  Object.assign(response, Object.fromEntries(names.map((name) => [name, end])));
  return () => void Object.assign(response, Object.fromEntries(own));
}

function forgetOwnWords(response: FastifyResponse): void {
  forgetStatusMessage(response);
  response.addTrailers({});
  // Fastify adds those that it was told of after the body.
  Object.assign(response, { addTrailers: () => {} });
}

function incomingOf<R extends FastifyRequest>(request: R, signal: AbortSignal): Incoming<R> {
  const { raw } = request;
  const header = (name: string): readonly string[] => rawValues(raw, name);
  return { request, target: raw.url ?? "", peer: raw.socket.remoteAddress, header, signal };
}

function problemPayload({ status, headers, body }: Problem, reply: FastifyReply): string {
  reply.code(status);
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return body;
}

async function transformedPayload(
  payload: unknown,
  reply: FastifyReply,
  transform: (part: unknown) => Promise<unknown>,
): Promise<unknown> {
  if (payload === undefined || payload === null) return payload;
  const [encoding, type] = ["content-encoding", "content-type"].map((name) => {
    const value = reply.getHeader(name);
    return typeof value === "string" ? value : undefined;
  });
  checkReadable(reply.statusCode, encoding, type);
  return await transformedText(await bytesOf(payload), transform);
}

/** @throws TypeError for a payload of a kind that nobody knows. */
async function bytesOf(payload: unknown): Promise<Uint8Array> {
  if (typeof payload === "string") return Buffer.from(payload);
  if (payload instanceof Uint8Array) return payload;
  if (typeof payload === "object" && payload !== null && Symbol.asyncIterator in payload) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of payload as AsyncIterable<string | Uint8Array>) {
      chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    }
    return Buffer.concat(chunks);
  }
  throw new TypeError("only texts, bytes and streams of them can be redacted");
}
