import type { KeysContext } from "../keys-context.ts";

const minuteMs = 60_000;
/** How many sources are told apart within a minute; the rest counts under one name. */
const maxSources = 1_000;
/** How many pairs of source and key are counted within a minute. */
const maxPairs = 10_000;
/** The name of the sources that are not told apart. */
const otherSources = "other";
/** So many wrong secrets for one key, from one source and within a minute, are told. */
export const tellAfter = 20;
/** From so many on they are refused without looking, where the source is an address. */
export const refuseAfter = 100;

/**
 * Counts what was refused, so that a flood is told once and costs little.
 *
 * Junk is told once for each source and minute, when the minute is over. Wrong secrets for one key
 * are told after {@link tellAfter} in a minute. After {@link refuseAfter} from one address each
 * further token for that key is `key:wrong_secret` for the rest of the minute, the right one
 * included: whoever shares an address with a guesser waits for a minute at most, and another address
 * is served. Without an address nothing is refused, so nobody in this process can lock a key out.
 */
export class Failures {
  readonly #context: Pick<KeysContext, "clock" | "emit">;
  /** By source; the one without an address is `undefined`. */
  readonly #junk = new Map<string | undefined, number>();
  readonly #wrong = new Map<string, number>();
  #junkMinute = 0;
  #wrongMinute = 0;

  constructor(context: Pick<KeysContext, "clock" | "emit">) {
    this.#context = context;
  }

  /** A text that is no token, or of a key that is not there. */
  junk(address: string | undefined): void {
    this.flush();
    const count = this.#junk.get(address);
    if (count !== undefined) this.#junk.set(address, count + 1);
    else if (this.#junk.size < maxSources) this.#junk.set(address, 1);
    else this.#junk.set(otherSources, (this.#junk.get(otherSources) ?? 0) + 1);
  }

  /** Tells the junk of the minutes that are over. */
  flush(): void {
    const minute = Math.floor(this.#context.clock.wallMs() / minuteMs);
    if (minute === this.#junkMinute) return;
    this.#tellJunk();
    this.#junkMinute = minute;
  }

  /** Tells what was counted so far. */
  close(): void {
    this.#tellJunk();
  }

  /** A token for a key that is there, with a secret that is not its own. */
  wrongSecret(keyId: string, address: string | undefined): void {
    this.#turnWrongMinute();
    const pair = pairOf(keyId, address);
    const count = (this.#wrong.get(pair) ?? 0) + 1;
    if (count === 1 && this.#wrong.size >= maxPairs) return;
    this.#wrong.set(pair, count);
    if (count !== tellAfter) return;
    const source = address === undefined ? {} : { source: address };
    this.#context.emit("wrong-secrets", { keyId, count, ...source });
  }

  /** Whether a token for this key from this address is refused without looking. */
  isRefused(keyId: string, address: string | undefined): boolean {
    if (address === undefined || this.#wrong.size === 0) return false;
    this.#turnWrongMinute();
    return (this.#wrong.get(pairOf(keyId, address)) ?? 0) > refuseAfter;
  }

  #turnWrongMinute(): void {
    // By the monotonic clock: a step of the other must not make the minute longer.
    const minute = Math.floor(this.#context.clock.monotonicMs() / minuteMs);
    if (minute === this.#wrongMinute) return;
    this.#wrongMinute = minute;
    this.#wrong.clear();
  }

  #tellJunk(): void {
    const minute = new Date(this.#junkMinute * minuteMs).toISOString();
    for (const [address, count] of this.#junk) {
      const source = address === undefined ? {} : { source: address };
      this.#context.emit("junk", { ...source, count, minute });
    }
    this.#junk.clear();
  }
}

function pairOf(keyId: string, address: string | undefined): string {
  return address === undefined ? keyId : `${keyId} ${address}`;
}
