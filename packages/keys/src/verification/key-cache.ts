import { LRUCache } from "lru-cache";
import { maxChainLength } from "../authority/chain-length.ts";
import type { ReadKey } from "./read-key.ts";

/** How many records a node keeps. */
const maxKeys = 50_000;
/** How many unknown ids it keeps: whoever makes up well-formed tokens must not fill the memory. */
const maxUnknown = 10_000;
/** How long an unknown id stays unknown without asking again. */
const unknownMs = 2_000;
/** After how long a record is read again although the store told of no change. */
const refreshMs = 60_000;
/** From how many changes during a read on all reads that are under way count as overtaken. */
const maxChanges = 10_000;

/** A read that is under way: what changes from its start on may not be in it. */
export interface CacheFill {
  readonly startMs: number;
  readonly epoch: number;
}

/**
 * Records by id, as a node that does not read the authority each time knows them. Whether what it
 * knows may be used at all is the poller's answer. An entry is read again after a minute all the same:
 * so a change that the store does not tell of, as when somebody deletes a row by hand, is seen.
 *
 * A fill is guarded: what was read before a change must not come in after it. So each change has a
 * number, and a read that began before the change of one of its keys is refused.
 */
export class KeyCache {
  readonly #keys = new LRUCache<string, ReadKey>({ max: maxKeys });
  /** Unknown ids, with the monotonic time at which the read began that did not find them. */
  readonly #unknown = new LRUCache<string, number>({ max: maxUnknown });
  /** The number of the last change of an id, as long as a read is under way. */
  readonly #changes = new Map<string, number>();
  #epoch = 0;
  /** Reads that began before this change are refused, whatever they read. */
  #floor = 0;
  #fills = 0;

  /**
   * The key and those above it, as far as `checkKey` looks; `[]` for an id that is known to be
   * unknown; undefined where the store has to be asked.
   */
  chain(id: string, nowMs: number): readonly ReadKey[] | undefined {
    const chain: ReadKey[] = [];
    for (let next: string | undefined = id; next !== undefined && chain.length <= maxChainLength;) {
      const key: ReadKey | undefined = this.#keys.get(next);
      if (key === undefined || nowMs - key.readAtMs >= refreshMs) {
        return chain.length === 0 ? this.#unknownChain(id, nowMs) : undefined;
      }
      chain.push(key);
      next = key.body?.parent;
    }
    return chain;
  }

  /** To be called before each read, and `endFill` after it, whatever came of it. */
  beginFill(startMs: number): CacheFill {
    this.#fills++;
    return { startMs, epoch: this.#epoch };
  }

  /**
   * Takes in what was read.
   * @returns false when something of it was changed meanwhile; it must not be used then.
   */
  fill(fill: CacheFill, id: string, chain: readonly ReadKey[]): boolean {
    if (this.#isOvertaken(fill, id) || chain.some((key) => this.#isOvertaken(fill, key.id))) {
      return false;
    }
    if (chain.length === 0) {
      this.#keys.delete(id);
      this.#unknown.set(id, fill.startMs);
    }
    // What is not intact is read again each time: it may be put right without a change of its own.
    for (const key of chain)
      if (key.isIntact && !this.#knowsLater(key)) this.#keys.set(key.id, key);
    return true;
  }

  /** The read is over. */
  endFill(): void {
    this.#fills--;
    if (this.#fills === 0) this.#changes.clear();
  }

  /** These keys were changed: what is known of them, and what is being read of them, is void. */
  drop(ids: readonly string[]): void {
    this.#epoch++;
    for (const id of ids) {
      this.#keys.delete(id);
      this.#unknown.delete(id);
      if (this.#fills > 0) this.#changes.set(id, this.#epoch);
    }
    if (this.#changes.size > maxChanges) this.#refuseFills();
  }

  /** Everything may have changed. */
  clear(): void {
    this.#epoch++;
    this.#keys.clear();
    this.#unknown.clear();
    this.#refuseFills();
  }

  #refuseFills(): void {
    this.#floor = this.#epoch;
    this.#changes.clear();
  }

  #isOvertaken(fill: CacheFill, id: string): boolean {
    return fill.epoch < this.#floor || (this.#changes.get(id) ?? 0) > fill.epoch;
  }

  // Of two reads at the same time the one that saw less may be the last to come in.
  #knowsLater(key: ReadKey): boolean {
    const version = this.#keys.peek(key.id)?.body?.version;
    return version !== undefined && key.body !== undefined && version > key.body.version;
  }

  #unknownChain(id: string, nowMs: number): readonly ReadKey[] | undefined {
    const readAtMs = this.#unknown.get(id);
    return readAtMs !== undefined && nowMs - readAtMs < unknownMs ? [] : undefined;
  }
}
