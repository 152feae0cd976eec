import { isJsonObject } from "@scopeward/core";
import { idKey, isModern, readFrame } from "./transport-message.ts";
import type { Frame } from "./transport-message.ts";

/** Where a server is, for a gateway that speaks Streamable HTTP to it. */
export interface HttpServer {
  readonly url: URL;
  /** Sent with each request, such as `Authorization`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds that a server gets to end its session. */
const farewellMs = 1000;

/**
 * What is used of the SDK's `StreamableHTTPClientTransport`. By shape, so that who has another version
 * of the SDK needs no types of this one.
 */
interface StreamableTransport {
  start(): Promise<void>;
  send(message: object, options: SendOptions): Promise<void>;
  setProtocolVersion(version: string): void;
  terminateSession(): Promise<void>;
  close(): Promise<void>;
}

interface SendOptions {
  readonly onRequestStreamEnd?: () => void;
  readonly requestSignal?: AbortSignal;
}

/**
 * A transport to a server over Streamable HTTP, for messages of a client that speaks by another way. The
 * SDK's `Client` tells the SDK's transport what was negotiated and what was given up; here that is read
 * from the messages.
 */
export class HttpServerTransport {
  onmessage: ((message: unknown) => void) | undefined;
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  readonly #transport: StreamableTransport;
  readonly #streams = new Map<string, AbortController>();
  #initialize: string | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(transport: StreamableTransport) {
    this.#transport = transport;
    Object.assign(transport, {
      onmessage: (message: unknown) => this.#receive(message),
      onclose: () => this.onclose?.(),
      onerror: (error: Error) => this.onerror?.(error),
    });
  }

  async start(): Promise<void> {
    await this.#transport.start();
  }

  /** Sends a message; a request may be answered before this resolves. */
  async send(message: object): Promise<void> {
    // On one stream what follows a notification is read after it; requests of HTTP overtake each other.
    const before = this.#turn;
    const { promise, resolve: done } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      const frame = readFrame(message);
      const given = frame.kind === "notification" ? this.#givenUp(frame) : undefined;
      if (given !== undefined) return given.abort();
      const sent = this.#transport.send(message, this.#optionsFor(frame));
      if (frame.kind !== "notification") done();
      await sent;
    } finally {
      done();
    }
  }

  /** Ends the session at the server, where there is one. */
  async close(): Promise<void> {
    // The server may be gone, may not let a client end sessions, or may never answer.
    const asked = this.#transport.terminateSession().catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, farewellMs)));
    await Promise.race([asked, late]);
    clearTimeout(timer);
    await this.#transport.close();
  }

  #optionsFor(frame: Frame): SendOptions {
    if (frame.kind !== "request") return {};
    const key = idKey(frame.id);
    if (frame.method === "initialize") this.#initialize = key;
    const onRequestStreamEnd = (): void => {
      const error = { code: -32000, message: "the server ended the stream without an answer" };
      this.#receive({ jsonrpc: "2.0", id: frame.id, error });
    };
    if (!isModern(frame)) return { onRequestStreamEnd };
    const stream = new AbortController();
    this.#streams.set(key, stream);
    return { onRequestStreamEnd, requestSignal: stream.signal };
  }

  // From 2026-07-28 on a request is given up by ending its stream.
  #givenUp({
    method,
    params,
  }: Extract<Frame, { kind: "notification" }>): AbortController | undefined {
    const id = params?.["requestId"];
    return method === "notifications/cancelled" &&
      (typeof id === "string" || typeof id === "number")
      ? this.#streams.get(idKey(id))
      : undefined;
  }

  #receive(message: unknown): void {
    const frame = readFrame(message);
    if (frame.kind === "response") {
      const key = idKey(frame.id);
      this.#streams.delete(key);
      const version = frame.body.result?.["protocolVersion"];
      if (key === this.#initialize && typeof version === "string") {
        this.#transport.setProtocolVersion(version);
      }
    }
    this.onmessage?.(message);
  }
}

/**
 * Opens a transport to a server over Streamable HTTP. Needs `@modelcontextprotocol/client`, which is
 * loaded for this alone.
 * @returns undefined where it is not installed.
 */
export async function openHttpServer(server: HttpServer): Promise<HttpServerTransport | undefined> {
  try {
    const { StreamableHTTPClientTransport: Transport } =
      await import("@modelcontextprotocol/client");
    const requestInit = { headers: { ...server.headers } };
    return new HttpServerTransport(new Transport(server.url, { requestInit }));
  } catch (error) {
    if (isJsonObject(error) && error["code"] === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
