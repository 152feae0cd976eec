import type { KeysContext } from "../keys-context.ts";
import { KeyStoreError } from "../store/key-store.ts";

/** Whether the store answers; tells the operator when that changes, not at each call. */
export class Availability {
  readonly #context: Pick<KeysContext, "clock" | "emit">;
  #downSinceMs: number | undefined;

  constructor(context: Pick<KeysContext, "clock" | "emit">) {
    this.#context = context;
  }

  /** It answered. */
  up(): void {
    if (this.#downSinceMs === undefined) return;
    const downMs = Math.round(this.#context.clock.monotonicMs() - this.#downSinceMs);
    this.#downSinceMs = undefined;
    this.#context.emit("store-available", { downMs });
  }

  /** It did not, or must not be trusted. */
  down(reason: string): void {
    if (this.#downSinceMs !== undefined) return;
    this.#downSinceMs = this.#context.clock.monotonicMs();
    this.#context.emit("store-unavailable", { reason });
  }
}

/**
 * What to tell the operator of a fault. Of an error that is not the store's own nothing but its name:
 * its message may hold whatever it was about.
 */
export function faultReason(fault: unknown): string {
  if (KeyStoreError.is(fault)) return fault.message;
  return `unexpected ${fault instanceof Error ? fault.name : typeof fault}`;
}
