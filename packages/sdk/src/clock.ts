/**
 * The time (port version 1). Injected wherever time decides something, so that tests can step it.
 */
export interface Clock {
  /** Milliseconds since 1970, UTC; may step back or forward. What expiry is held against. */
  wallMs(): number;
  /** Milliseconds since some fixed point; never steps. What ages and bounds are measured with. */
  monotonicMs(): number;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
