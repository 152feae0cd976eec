import { isJsonObject } from "@scopeward/core";
import type { JsonObject } from "@scopeward/core";
import type { Caller } from "@scopeward/sdk";
import { progressTokenOf } from "./transport-context.ts";
import type { ConnectionContext } from "./transport-context.ts";
import { openCapabilities } from "./transport-capabilities.ts";
import { deniedError } from "./transport-denial.ts";
import { GuardedTransportError } from "./transport-error.ts";
import { Exchange, Exchanges } from "./transport-exchanges.ts";
import {
  errorBody,
  errorCode,
  notificationMessage,
  readFrame,
  requestMessage,
  responseMessage,
} from "./transport-message.ts";
import type { AnswerBody, NotificationFrame, RequestFrame } from "./transport-message.ts";
import {
  clientNotifications,
  isQuestion,
  requestRule,
  serverNotifications,
} from "./transport-methods.ts";
import { Questions } from "./transport-questions.ts";
import { ClientRequests } from "./transport-requests.ts";

/** One guarded connection: every message of both sides comes by here, and only what is made here goes on. */
export class Relay {
  readonly #context: ConnectionContext;
  /** What the client asked, and what the server asked. */
  readonly #asked = { client: new Exchanges(), server: new Exchanges() };
  readonly #questions: Questions;
  readonly #requests: ClientRequests;
  readonly #callerOf: (carried: unknown) => Caller;
  /** Who asked last, for what the server asks meanwhile. */
  #caller: Caller;
  #isLogging = false;
  #isSubscribed = false;
  /** Of the server, once it was initialized; absent in the era that has no such step. */
  #capabilities: JsonObject | undefined;

  constructor(context: ConnectionContext, callerOf: (carried: unknown) => Caller) {
    this.#context = context;
    this.#questions = new Questions(context);
    this.#requests = new ClientRequests(context, this.#questions);
    this.#callerOf = callerOf;
    this.#caller = callerOf(undefined);
  }

  /**
   * Takes a message of the client. Resolves once a request is answered.
   * @throws GuardedTransportError, or what the transport to the server throws.
   */
  async fromClient(message: unknown, carried: unknown): Promise<void> {
    const frame = readFrame(message);
    switch (frame.kind) {
      case "request":
        return await this.#request(frame, carried);
      case "notification":
        return await this.#clientNotification(frame, carried);
      case "response":
        return this.#asked.server.take(frame.id)?.settle(frame.body, carried);
      case "invalid":
        throw invalidMessage();
    }
  }

  /** Takes a message of the server. */
  async fromServer(message: unknown, carried: unknown): Promise<void> {
    const frame = readFrame(message);
    switch (frame.kind) {
      case "request":
        return await this.#question(frame, carried);
      case "notification":
        return await this.#serverNotification(frame, carried);
      case "response":
        return this.#asked.client.take(frame.id)?.settle(frame.body, carried);
      case "invalid":
        throw invalidMessage();
    }
  }

  /** Tells the client that it may see other tools, prompts and resources than before. */
  async tellOfChange(): Promise<void> {
    const { toClient } = this.#context.wires;
    for (const [kind, member] of lists) {
      const method = `notifications/${kind}/list_changed`;
      if (this.#capabilities?.[kind] !== undefined) {
        await toClient(notificationMessage(method), undefined);
      }
      for (const { id, watches } of this.#asked.client.ofMethod("subscriptions/listen")) {
        if (watches[member] !== true) continue;
        const params = { _meta: { "io.modelcontextprotocol/subscriptionId": id } };
        await toClient(notificationMessage(method, params), { relatedRequestId: id });
      }
    }
  }

  /** Ends what is under way: nobody will answer it. */
  end(): void {
    const reason = new GuardedTransportError("closed", "the connection ended before the answer");
    this.#asked.client.abortAll(reason);
    this.#asked.server.abortAll(reason);
  }

  async #request(frame: RequestFrame, carried: unknown): Promise<void> {
    const { wires } = this.#context;
    const reply = async (body: AnswerBody, from?: unknown): Promise<void> =>
      await wires.toClient(responseMessage(frame.id, body), from ?? { relatedRequestId: frame.id });
    const rule = requestRule(frame.method, frame.params);
    if (rule === undefined) return await reply(unknownMethod);
    const exchange = opened(this.#asked.client, frame);
    if (!(exchange instanceof Exchange)) return await reply(exchange);
    const release = abortWith(carried, exchange);
    try {
      const caller = this.#callerOf(carried);
      this.#caller = caller;
      if (frame.method === "subscriptions/listen") exchange.watches = filterOf(frame);
      const body = await this.#requests.answer({ frame, exchange, caller, carried }, rule);
      if (exchange.abort.signal.aborted) return;
      await reply(this.#learned(frame, exchange, body), exchange.carried);
    } catch (error) {
      // Whoever gave it up waits for no answer.
      if (!exchange.abort.signal.aborted) throw error;
    } finally {
      release();
      this.#asked.client.end(exchange);
    }
  }

  // What an answer of the server changes for the connection.
  #learned({ method }: RequestFrame, { isForwarded }: Exchange, body: AnswerBody): AnswerBody {
    const { result } = body;
    if (result === undefined) return body;
    if (method === "initialize" || method === "server/discover") {
      const learned = openCapabilities(result);
      if (method === "initialize") this.#capabilities = learned["capabilities"] as JsonObject;
      return { result: learned };
    }
    if (method === "logging/setLevel" && isForwarded) this.#isLogging = true;
    if (method === "resources/subscribe" && isForwarded) this.#isSubscribed = true;
    return body;
  }

  async #question(frame: RequestFrame, carried: unknown): Promise<void> {
    const { wires } = this.#context;
    const reply = async (body: AnswerBody, from?: unknown): Promise<void> =>
      await wires.toServer(responseMessage(frame.id, body), from);
    const isPing = frame.method === "ping";
    if (!isPing && !isQuestion(frame.method)) return await reply(unknownMethod);
    const exchange = opened(this.#asked.server, frame);
    if (!(exchange instanceof Exchange)) return await reply(exchange);
    try {
      const refusal = isPing
        ? undefined
        : await this.#questions.refusal([frame.method], this.#caller);
      if (refusal !== undefined) return await reply(deniedError(refusal));
      exchange.abort.signal.throwIfAborted();
      exchange.isForwarded = true;
      await wires.toClient(requestMessage(frame, frame.params), carried);
      const body = await exchange.answer;
      const caller = this.#callerOf(exchange.carried);
      const answer =
        isPing || body.result === undefined
          ? body
          : await this.#questions.answer(frame.method, body.result, caller, exchange);
      await reply("denied" in answer ? deniedError(answer) : answer, exchange.carried);
    } catch (error) {
      if (!exchange.abort.signal.aborted) throw error;
    } finally {
      this.#asked.server.end(exchange);
    }
  }

  async #clientNotification(frame: NotificationFrame, carried: unknown): Promise<void> {
    const { method, params } = frame;
    const rule = clientNotifications.get(method);
    const { client, server } = this.#asked;
    if (rule === "own_request" && !isGivenUp(client, params)) return;
    if (rule === "their_progress" && !server.withProgress(params?.["progressToken"])) return;
    if (rule === undefined) return;
    await this.#context.wires.toServer(notificationMessage(method, params), carried);
  }

  async #serverNotification(frame: NotificationFrame, carried: unknown): Promise<void> {
    const { method, params } = frame;
    const { client, server } = this.#asked;
    const { toClient } = this.#context.wires;
    switch (serverNotifications.get(method)) {
      case "own_request":
        if (!isGivenUp(server, params)) return;
        break;
      case "their_progress": {
        const exchange = client.withProgress(params?.["progressToken"]);
        if (exchange === undefined) return;
        if (!exchange.isTransformed) break;
        const { progressToken, progress, total } = params ?? {};
        const shown = { progressToken, progress, ...(total === undefined ? {} : { total }) };
        return await toClient(notificationMessage(method, shown as JsonObject), carried);
      }
      case "subscribed":
        if (!this.#isSubscribed && !client.ofMethod("subscriptions/listen").some(isWatching))
          return;
        break;
      case "logging":
        if (!this.#isLogging) return;
        break;
      case "pass":
        break;
      case undefined:
        return;
    }
    await toClient(notificationMessage(method, params), carried);
  }
}

const lists = [
  ["tools", "toolsListChanged"],
  ["prompts", "promptsListChanged"],
  ["resources", "resourcesListChanged"],
] as const;

const unknownMethod = errorBody(errorCode.methodNotFound, "no policy can allow this method");
const tooMany = errorBody(errorCode.unavailable, "too many requests wait for an answer");
const sharedToken = errorBody(
  errorCode.invalidParams,
  "a request with this progress token is not answered yet: use each token once",
);

function invalidMessage(): GuardedTransportError {
  return new GuardedTransportError(
    "invalid_message",
    "this is no JSON-RPC message: send one message at a time",
  );
}

/**
 * @returns what the request is answered with where it cannot be taken.
 * @throws GuardedTransportError `duplicate_id`: an answer could not be told from that of the other.
 */
function opened(exchanges: Exchanges, { id, method, params }: RequestFrame): Exchange | AnswerBody {
  const exchange = exchanges.open(id, method, progressTokenOf(params));
  if (exchange instanceof Exchange) return exchange;
  if (exchange === "full") return tooMany;
  if (exchange === "token_taken") return sharedToken;
  throw new GuardedTransportError(
    "duplicate_id",
    "a request with this id is not answered yet: use each id once",
  );
}

/** Gives a request up. @returns whether the other side has it, and must know. */
function isGivenUp(exchanges: Exchanges, params: JsonObject | undefined): boolean {
  const exchange = exchanges.find(params?.["requestId"]);
  if (exchange === undefined) return false;
  exchange.abort.abort(new DOMException("the request was cancelled", "AbortError"));
  return exchange.isForwarded;
}

/** Over HTTP a client of the later era gives a request up by ending its stream. */
function abortWith(carried: unknown, exchange: Exchange): () => void {
  const { requestSignal } = (carried ?? {}) as { readonly requestSignal?: unknown };
  if (!(requestSignal instanceof AbortSignal)) return () => undefined;
  const abort = (): void => exchange.abort.abort(requestSignal.reason);
  if (requestSignal.aborted) abort();
  requestSignal.addEventListener("abort", abort, { once: true });
  return () => requestSignal.removeEventListener("abort", abort);
}

function filterOf({ params }: RequestFrame): JsonObject {
  const filter = params?.["notifications"];
  return isJsonObject(filter) ? filter : {};
}

function isWatching({ watches, isForwarded }: Exchange): boolean {
  return isForwarded && watches["resourceSubscriptions"] !== undefined;
}
