import type { KeyEvents } from "./key-events.ts";

type Listener = (detail: never) => void;

/** Who wants to be told of what. */
export class KeyListeners {
  readonly #listeners = new Map<keyof KeyEvents, Set<Listener>>();

  /** Tells of each event until the returned function is called. */
  on<E extends keyof KeyEvents>(event: E, listener: (detail: KeyEvents[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    // Apart from what happens: the same function, given twice, is told twice.
    const own: Listener = (detail) => listener(detail);
    this.#listeners.set(event, listeners.add(own));
    return () => void listeners.delete(own);
  }

  /** Never throws: what a listener throws is its own, and must not look like a failed operation. */
  emit<E extends keyof KeyEvents>(event: E, detail: KeyEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      queueMicrotask(() => (listener as (detail: KeyEvents[E]) => void)(detail));
    }
  }
}
