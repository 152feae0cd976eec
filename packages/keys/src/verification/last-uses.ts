import type { KeysContext } from "../keys-context.ts";
import { faultReason } from "./availability.ts";

/** How many keys are written at once, so that no other call to the store waits for long. */
const batchSize = 1_000;

/** When keys were last used, kept until it is written: never on the way of a verification. */
export class LastUses {
  readonly #context: Pick<KeysContext, "store" | "emit">;
  #usedAtMs = new Map<string, number>();

  constructor(context: Pick<KeysContext, "store" | "emit">) {
    this.#context = context;
  }

  /** @param wallMs - milliseconds since 1970. */
  note(keyId: string, wallMs: number): void {
    this.#usedAtMs.set(keyId, wallMs);
  }

  /** Writes what was noted. Never rejects: what could not be written is kept for the next time. */
  async flush(): Promise<void> {
    const noted = [...this.#usedAtMs];
    this.#usedAtMs = new Map();
    for (let start = 0; start < noted.length; start += batchSize) {
      const batch = noted.slice(start, start + batchSize);
      try {
        await this.#context.store.touch(
          batch.map(([id, atMs]) => ({ id, at: new Date(atMs).toISOString() })),
        );
      } catch (fault) {
        this.#keep(noted.slice(start));
        this.#context.emit("background-failed", { task: "last uses", reason: faultReason(fault) });
        return;
      }
    }
  }

  #keep(noted: readonly (readonly [string, number])[]): void {
    for (const [id, atMs] of noted) {
      if (!this.#usedAtMs.has(id)) this.#usedAtMs.set(id, atMs);
    }
  }
}
