import type { Clock } from "@scopeward/sdk";

/** A clock that goes on only when it is told to. */
export class SteppedClock implements Clock {
  #passedMs = 0;

  step(milliseconds: number): void {
    this.#passedMs += milliseconds;
  }

  wallMs(): number {
    return Date.parse("2026-03-01T10:00:00Z") + this.#passedMs;
  }

  monotonicMs(): number {
    return this.#passedMs;
  }
}
