import type { Clock } from "@scopeward/sdk";

/** From where on the two clocks of a machine count as having gone apart, not as having drifted. */
const toleranceMs = 1_000;

/**
 * The time that expiry is held against: the wall clock, which here never goes back.
 *
 * When the wall clock is put back against the monotonic one, time goes on from where it was, as the
 * monotonic clock measures it, so no expired key works again. When it is put forward, time follows
 * it: a key may expire too early then, and setting the clock right again does not help it before the
 * process is started anew. Drift of less than a second between two readings is followed.
 */
export class ExpiryClock {
  readonly #clock: Clock;
  readonly #stepped: (milliseconds: number) => void;
  /** Wall clock minus monotonic clock, at the last reading. */
  #offsetMs: number;
  /** How far the wall clock was put back altogether. */
  #behindMs = 0;
  #latestMs = Number.NEGATIVE_INFINITY;

  /** @param stepped - told each step of the wall clock; negative for one that goes back. */
  constructor(clock: Clock, stepped: (milliseconds: number) => void) {
    this.#clock = clock;
    this.#stepped = stepped;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  /** Milliseconds since 1970; never less than it said before. */
  nowMs(): number {
    const wallMs = this.#clock.wallMs();
    const offsetMs = wallMs - this.#clock.monotonicMs();
    const stepMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    if (Math.abs(stepMs) > toleranceMs) {
      this.#behindMs = Math.max(0, this.#behindMs - stepMs);
      this.#stepped(Math.round(stepMs));
    }
    this.#latestMs = Math.max(this.#latestMs, wallMs + this.#behindMs);
    return this.#latestMs;
  }
}
