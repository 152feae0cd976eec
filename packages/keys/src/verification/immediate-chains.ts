import type { Freshness } from "@scopeward/sdk";
import type { KeysContext } from "../keys-context.ts";
import { type Availability, faultReason } from "./availability.ts";
import { type ChainRead, type ChainSource, storeUnavailable } from "./chain-source.ts";
import { ReadKey } from "./read-key.ts";

const justNow: Freshness = Object.freeze({ mode: "immediate", ageMs: 0 });

/** Reads the store each time: what was committed before a verification is seen by it. No cache. */
export class ImmediateChains implements ChainSource {
  readonly #store: KeysContext["store"];
  readonly #availability: Availability;

  constructor({ store }: Pick<KeysContext, "store">, availability: Availability) {
    this.#store = store;
    this.#availability = availability;
  }

  async read(id: string): Promise<ChainRead> {
    try {
      const stored = await this.#store.readChain(id);
      this.#availability.up();
      return { kind: "read", chain: stored.map(readKey), freshness: justNow };
    } catch (fault) {
      const reason = faultReason(fault);
      this.#availability.down(reason);
      return storeUnavailable(reason);
    }
  }

  invalidate(): void {}

  async close(): Promise<void> {}
}

function readKey(stored: ConstructorParameters<typeof ReadKey>[0]): ReadKey {
  return new ReadKey(stored, 0);
}
