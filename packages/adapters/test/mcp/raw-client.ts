import type { JsonObject, JsonValue } from "@scopeward/core";

/** What a client's end of a connection is, for any version of the SDK. */
export interface ClientSide {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
}

/** An answer as it is on the wire. */
export interface WireAnswer {
  readonly result?: JsonObject;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: JsonObject };
}

interface WireMessage extends WireAnswer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: JsonObject;
}

/** A client that sends what it is told to, whether or not a well-behaved one would. */
export class RawClient {
  readonly #side: ClientSide;
  readonly #token: string | undefined;
  readonly #waiting = new Map<number, (answer: WireAnswer) => void>();
  /** Answers what the server asks. */
  answerQuestion: (method: string, params: JsonObject) => JsonValue = () => ({});
  #id = 0;

  /** @param token - sent with every message, as a transport does over HTTP. */
  constructor(side: ClientSide, token?: string) {
    this.#side = side;
    this.#token = token;
    Object.assign(side, { onmessage: (message: WireMessage) => this.#take(message) });
  }

  async initialize(capabilities: JsonObject = {}): Promise<void> {
    await this.#side.start();
    const clientInfo = { name: "raw", version: "1.0.0" };
    await this.request("initialize", { protocolVersion: "2025-11-25", capabilities, clientInfo });
    await this.#send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }

  async request(method: string, params: JsonObject = {}): Promise<WireAnswer> {
    const id = ++this.#id;
    const { promise, resolve } = Promise.withResolvers<WireAnswer>();
    this.#waiting.set(id, resolve);
    await this.#send({ jsonrpc: "2.0", id, method, params });
    return await promise;
  }

  close(): Promise<void> {
    return this.#side.close();
  }

  async #send(message: JsonObject): Promise<void> {
    const authInfo = { token: this.#token, clientId: "raw", scopes: [] };
    const options = this.#token === undefined ? {} : { authInfo };
    await this.#side.send(message as never, options as never);
  }

  #take({ id, method, params = {}, ...answer }: WireMessage): void {
    if (id === undefined) return;
    if (method === undefined) {
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
      return;
    }
    const result = this.answerQuestion(method, params);
    void this.#send({ jsonrpc: "2.0", id, result });
  }
}
