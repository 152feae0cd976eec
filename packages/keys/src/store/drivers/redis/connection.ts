import { KeyStoreError } from "../../key-store.ts";
import { connectWithinMs, type RedisClient, type RedisLibrary } from "./client.ts";
import { type Refusal, refusalFault, refusalOf } from "./fault.ts";
import type { RedisLocation } from "./location.ts";
import type { Script } from "./script.ts";

/** What the server answered. */
export type Answer =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Longest wait for an answer, in milliseconds. */
const answerWithinMs = 3_000;

/** One connection. Once it fails it is gone for good, and all that waits on it fails with `unavailable`. */
export class RedisConnection {
  readonly #client: RedisClient;
  readonly #library: RedisLibrary;
  readonly #place: string;
  /** Digests of the scripts that the server has. */
  readonly #sent = new Set<string>();
  #onLost: (() => void) | undefined;

  private constructor(client: RedisClient, library: RedisLibrary, place: string) {
    this.#client = client;
    this.#library = library;
    this.#place = place;
    // Without a listener an error event ends the process.
    client.on("error", () => this.#lose());
  }

  /**
   * @param onLost - called once when the connection fails after it was open, not when it is closed.
   * @throws KeyStoreError `unavailable` or `misconfigured`.
   */
  static async open(
    location: RedisLocation,
    library: RedisLibrary,
    onLost?: () => void,
  ): Promise<RedisConnection> {
    const client = library.makeClient(location);
    const connection = new RedisConnection(client, library, location.place);
    const connecting = client.connect();
    try {
      const answer = await connection.#within(connectWithinMs, connecting);
      if (answer.kind === "refused") throw refusalFault(answer.refusal, location.place);
    } catch (error) {
      // The client forgets that it was ended when its socket comes up only later: end it once more.
      const end = (): void => client.destroy();
      end();
      void connecting.then(end, end);
      throw error;
    }
    connection.#onLost = onLost;
    return connection;
  }

  get alive(): boolean {
    return this.#client.isReady;
  }

  /** @throws KeyStoreError `unavailable` alone: a refusal is an answer. */
  async send(...args: readonly string[]): Promise<Answer> {
    return await this.#within(answerWithinMs, this.#client.sendCommand(args));
  }

  /** Runs a script by its digest, and sends its text only to a server that does not have it. */
  async run(script: Script, key: string, args: readonly string[]): Promise<Answer> {
    const rest = ["1", key, ...args];
    if (this.#sent.has(script.digest)) {
      const answer = await this.send("EVALSHA", script.digest, ...rest);
      if (answer.kind === "value" || answer.refusal.code !== "NOSCRIPT") return answer;
    }
    const answer = await this.send("EVAL", script.text, ...rest);
    if (answer.kind === "value") this.#sent.add(script.digest);
    return answer;
  }

  async subscribe(channel: string, listener: () => void): Promise<void> {
    const answer = await this.#within(answerWithinMs, this.#client.subscribe(channel, listener));
    if (answer.kind === "refused") throw refusalFault(answer.refusal, this.#place);
  }

  close(): void {
    this.#onLost = undefined;
    this.#client.destroy();
  }

  #lose(): void {
    const onLost = this.#onLost;
    this.close();
    onLost?.();
  }

  async #within(ms: number, work: Promise<unknown>): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    let settled = false;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        if (settled) return;
        reject(this.#unavailable(`did not answer within ${ms / 1_000} s`));
        // The answers of a connection come in order: behind this one all the others wait.
        this.#lose();
      };
      // An answer that came while this process was held up is read before the immediate runs.
      timer = setTimeout(() => setImmediate(giveUp), ms);
    });
    try {
      return { kind: "value", value: await Promise.race([work, late]) };
    } catch (error) {
      if (KeyStoreError.is(error)) throw error;
      const text = this.#library.refusalOf(error);
      if (text === undefined) throw this.#unavailable("cannot be reached", error);
      return { kind: "refused", refusal: refusalOf(text) };
    } finally {
      settled = true;
      clearTimeout(timer);
    }
  }

  #unavailable(what: string, cause?: unknown): KeyStoreError {
    const code = cause instanceof Error && "code" in cause ? ` (\`${String(cause.code)}\`)` : "";
    return new KeyStoreError(
      "unavailable",
      `\`${this.#place}\` ${what}${code}: see whether Redis runs there`,
      cause === undefined ? {} : { cause },
    );
  }
}
