import type { KeysContext } from "../keys-context.ts";

const minuteMs = 60_000;

/** Tells the use of secrets that are being replaced, at most once a minute for each key. */
export class RetiringUses {
  readonly #context: Pick<KeysContext, "clock" | "emit">;
  readonly #told = new Set<string>();
  #minute = 0;

  constructor(context: Pick<KeysContext, "clock" | "emit">) {
    this.#context = context;
  }

  /** A key was verified with a secret that ends at `endsAt`. */
  note(keyId: string, endsAt: string): void {
    const minute = Math.floor(this.#context.clock.monotonicMs() / minuteMs);
    if (minute !== this.#minute) this.#told.clear();
    this.#minute = minute;
    if (this.#told.has(keyId)) return;
    this.#told.add(keyId);
    this.#context.emit("retiring-secret-used", { keyId, endsAt });
  }
}
