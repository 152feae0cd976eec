import type { KeysContext } from "../keys-context.ts";
import { type Availability, faultReason } from "./availability.ts";
import { type ChainRead, type ChainSource, storeUnavailable } from "./chain-source.ts";
import { KeyCache } from "./key-cache.ts";
import { type Knowledge, Poller } from "./poller.ts";
import { ReadKey } from "./read-key.ts";

type Rejected = Extract<ChainRead, { kind: "rejected" }>;

/** How often a key is read again that was changed while it was being read. */
const maxReads = 3;

/**
 * Keeps keys in a cache that follows the store by polling.
 *
 * Nothing is used that is older than the bound: neither what the last good poll vouches for, counted
 * from its start, nor a single read, counted from its own. Both are tested at each verification, so
 * a process that stood still refuses at first, whatever its timers did.
 */
export class PolledChains implements ChainSource {
  readonly #context: Pick<KeysContext, "store" | "clock" | "emit" | "peppers">;
  readonly #availability: Availability;
  readonly #boundMs: number;
  readonly #cache = new KeyCache();
  readonly #poller: Poller;

  /** @param boundMs - how old what is known may be. */
  constructor(
    context: Pick<KeysContext, "store" | "clock" | "emit" | "peppers">,
    availability: Availability,
    boundMs: number,
  ) {
    this.#context = context;
    this.#availability = availability;
    this.#boundMs = boundMs;
    this.#poller = new Poller(context, this.#cache, availability);
  }

  read(id: string, isStrong: boolean): ChainRead | Promise<ChainRead> {
    if (this.#poller.knowledge === undefined) return this.#firstRead(id, isStrong);
    const nowMs = this.#context.clock.monotonicMs();
    const knowledge = this.#knowledge(nowMs);
    if (knowledge.kind === "rejected") return knowledge;
    const chain = isStrong ? undefined : this.#cache.chain(id, nowMs);
    if (chain === undefined) return this.#ask(id);
    // What was read after the last poll is younger than what the poll vouches for.
    let readAtMs = nowMs;
    for (const key of chain) readAtMs = Math.min(readAtMs, key.readAtMs);
    const ageMs = nowMs - Math.max(knowledge.asOfMs, readAtMs);
    return { kind: "read", chain, freshness: Object.freeze({ mode: "bounded", ageMs }) };
  }

  invalidate(ids: readonly string[]): void {
    this.#cache.drop(ids);
  }

  async close(): Promise<void> {
    await this.#poller.close();
  }

  async #firstRead(id: string, isStrong: boolean): Promise<ChainRead> {
    await this.#poller.start();
    return this.#poller.knowledge === undefined
      ? storeUnavailable("the keys were closed")
      : await this.read(id, isStrong);
  }

  async #ask(id: string): Promise<ChainRead> {
    for (let count = 0; count < maxReads; count++) {
      const fill = this.#cache.beginFill(this.#context.clock.monotonicMs());
      try {
        const stored = await this.#context.store.readChain(id);
        this.#availability.up();
        const nowMs = this.#context.clock.monotonicMs();
        const ageMs = nowMs - fill.startMs;
        if (ageMs > this.#boundMs) return stale("the store took too long to answer");
        const knowledge = this.#knowledge(nowMs);
        if (knowledge.kind === "rejected") return knowledge;
        const chain = stored.map((key) => new ReadKey(key, fill.startMs));
        for (const key of chain) key.seal(this.#context.peppers);
        if (this.#cache.fill(fill, id, chain)) {
          return { kind: "read", chain, freshness: Object.freeze({ mode: "immediate", ageMs }) };
        }
      } catch (fault) {
        const reason = faultReason(fault);
        this.#availability.down(reason);
        return storeUnavailable(reason);
      } finally {
        this.#cache.endFill();
      }
    }
    return stale("the key is changed faster than it can be read");
  }

  #knowledge(nowMs: number): Rejected | Extract<Knowledge, { kind: "known" }> {
    const { knowledge } = this.#poller;
    if (knowledge?.kind !== "known") {
      return storeUnavailable(knowledge?.reason ?? "the store was not asked yet");
    }
    return nowMs - knowledge.asOfMs > this.#boundMs
      ? stale("the changes of the store could not be read within the bound")
      : knowledge;
  }
}

function stale(detail: string): Rejected {
  return { kind: "rejected", code: "key:stale", detail };
}
