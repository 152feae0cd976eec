import { KeyStoreError } from "../../key-store.ts";
import type { RedisConnection } from "./connection.ts";

/** Time until a lost subscription is tried anew, and between two looks whether it lives, in milliseconds. */
const againAfterMs = 500;
const lookEveryMs = 5_000;

/** What is needed of a connection. */
export type Subscriber = Pick<RedisConnection, "subscribe" | "send" | "close">;

/** A subscription on a connection of its own, made anew whenever it is lost, until it is ended. */
export class Hints {
  readonly #open: (onLost: () => void) => Promise<Subscriber>;
  readonly #channel: string;
  readonly #hint: () => void;
  #connection: Subscriber | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(
    open: (onLost: () => void) => Promise<Subscriber>,
    channel: string,
    hint: () => void,
  ) {
    this.#open = open;
    this.#channel = channel;
    this.#hint = hint;
  }

  /** Subscribes; where the server does not answer, goes on trying behind the caller's back. */
  async begin(): Promise<void> {
    try {
      await this.#subscribe();
    } catch (error) {
      if (KeyStoreError.is(error) && error.code !== "unavailable") throw error;
      this.#again();
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
  }

  async #subscribe(): Promise<void> {
    const connection = await this.#open(() => this.#again());
    this.#connection = connection;
    if (this.#ended) return connection.close();
    try {
      await connection.subscribe(this.#channel, this.#hint);
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#watch(connection);
  }

  #again(): void {
    this.#after(againAfterMs, () => this.#subscribe().catch(() => this.#again()));
  }

  /** A subscription hears nothing from a server that is gone without a word. */
  #watch(connection: Subscriber): void {
    this.#after(lookEveryMs, async () => {
      // Fails only by losing the connection, which begins anew.
      await connection.send("PING");
      this.#watch(connection);
    });
  }

  #after(ms: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    this.#timer = setTimeout(() => void work().catch(() => undefined), ms);
    this.#timer.unref();
  }
}
