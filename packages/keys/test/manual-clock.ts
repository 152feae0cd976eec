import type { Clock } from "@scopeward/sdk";

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #wallMs = Date.parse("2026-01-31T12:00:00.000Z");
  #monotonicMs = 1_000_000;

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** Time passes, for both clocks. */
  pass(milliseconds: number): void {
    this.#wallMs += milliseconds;
    this.#monotonicMs += milliseconds;
  }

  /** Somebody sets the wall clock. */
  step(milliseconds: number): void {
    this.#wallMs += milliseconds;
  }

  /** The wall clock, so many milliseconds from now. */
  at(milliseconds: number): string {
    return new Date(this.#wallMs + milliseconds).toISOString();
  }
}
