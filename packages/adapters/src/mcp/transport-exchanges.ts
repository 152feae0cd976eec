import type { JsonObject } from "@scopeward/core";
import { idKey } from "./transport-message.ts";
import type { AnswerBody, RequestId } from "./transport-message.ts";

/** Requests that one side may have under way at once, and that may be given up unanswered. */
const mostUnderWay = 1024;
const mostAbandoned = 10_000;

/** One request that is under way. */
export class Exchange {
  readonly id: RequestId;
  readonly method: string;
  /** Aborted when whoever asked gives it up, or the connection ends. */
  readonly abort: AbortController = new AbortController();
  /** From the other side. Rejects with the reason of an abort, or with what `fail` was given. */
  readonly answer: Promise<AnswerBody>;
  /** Whether it reached the other side, which may answer even what was given up. */
  isForwarded = false;
  isAnswered = false;
  /** Whether something is taken out of the result, which progress must not show. */
  isTransformed = false;
  /** What a `subscriptions/listen` wants to be told of. */
  watches: JsonObject = {};
  /** What came with the answer from the transport, for the transport. */
  carried: unknown;
  readonly progressToken: RequestId | undefined;
  readonly fail: (reason: unknown) => void;
  readonly #resolve: (body: AnswerBody) => void;

  constructor(id: RequestId, method: string, progressToken: RequestId | undefined) {
    this.id = id;
    this.method = method;
    this.progressToken = progressToken;
    const { promise, resolve, reject } = Promise.withResolvers<AnswerBody>();
    this.answer = promise;
    this.#resolve = resolve;
    this.fail = reject;
    // Nobody may be waiting when it fails.
    promise.catch(() => undefined);
    this.abort.signal.addEventListener("abort", () => reject(this.abort.signal.reason), {
      once: true,
    });
  }

  settle(body: AnswerBody, carried: unknown): void {
    this.isAnswered = true;
    this.carried = carried;
    this.#resolve(body);
  }
}

/** The requests of one side: what answers none of them does not pass. */
export class Exchanges {
  readonly #underWay = new Map<string, Exchange>();
  // An id that was given up stays taken until its answer is there: a late answer must not be taken for
  // that of another call.
  readonly #abandoned = new Map<string, Exchange>();
  // What is told of one request must not be taken for that of another, which may be shown more.
  readonly #progressTokens = new Set<RequestId>();

  /** Undefined progress tokens match nothing. */
  open(
    id: RequestId,
    method: string,
    progressToken: RequestId | undefined,
  ): Exchange | "taken" | "token_taken" | "full" {
    const key = idKey(id);
    if (this.#underWay.has(key) || this.#abandoned.has(key)) return "taken";
    if (this.#underWay.size >= mostUnderWay || this.#abandoned.size >= mostAbandoned) return "full";
    if (progressToken !== undefined) {
      if (this.#progressTokens.has(progressToken)) return "token_taken";
      this.#progressTokens.add(progressToken);
    }
    const exchange = new Exchange(id, method, progressToken);
    this.#underWay.set(key, exchange);
    return exchange;
  }

  /** The exchange that this answers; nothing is answered before it was asked. */
  take(id: RequestId): Exchange | undefined {
    const key = idKey(id);
    const abandoned = this.#abandoned.get(key);
    if (abandoned !== undefined) this.#forget(abandoned);
    const exchange = this.#underWay.get(key);
    return exchange?.isForwarded === true ? exchange : undefined;
  }

  /** A request that was not answered yet. */
  find(id: unknown): Exchange | undefined {
    return isId(id) ? this.#underWay.get(idKey(id)) : undefined;
  }

  /** The request that this is the progress of. */
  withProgress(token: unknown): Exchange | undefined {
    if (!isId(token)) return undefined;
    for (const exchange of this.#underWay.values()) {
      if (exchange.progressToken === token && exchange.isForwarded) return exchange;
    }
    return undefined;
  }

  /** Those of one method. */
  ofMethod(method: string): readonly Exchange[] {
    return [...this.#underWay.values()].filter((exchange) => exchange.method === method);
  }

  end(exchange: Exchange): void {
    const key = idKey(exchange.id);
    this.#underWay.delete(key);
    if (exchange.isForwarded && !exchange.isAnswered) this.#abandoned.set(key, exchange);
    else this.#forget(exchange);
  }

  #forget({ id, progressToken }: Exchange): void {
    this.#abandoned.delete(idKey(id));
    if (progressToken !== undefined) this.#progressTokens.delete(progressToken);
  }

  abortAll(reason: unknown): void {
    for (const exchange of this.#underWay.values()) exchange.abort.abort(reason);
  }
}

function isId(value: unknown): value is RequestId {
  return typeof value === "string" || typeof value === "number";
}
