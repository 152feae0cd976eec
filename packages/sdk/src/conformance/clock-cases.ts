import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../clock.ts";

/** What an implementation of Clock brings to one case. */
export interface ClockHarness {
  readonly open: () => Promise<Clock>;
  /** Lets at least this many milliseconds pass for the clock; where absent, the case waits. */
  readonly pass?: (milliseconds: number) => Promise<void>;
}

/** One rule that every clock keeps. */
export interface ClockCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the clock breaks the rule. Needs no test runner. */
  readonly run: (harness: ClockHarness) => Promise<void>;
}

// Clocks of machines are read in steps, and timers are early by up to one.
const toleranceMs = 2;
// Date can say no later time.
const latestMs = 8.64e15;

async function pass({ pass: passing = wait }: ClockHarness, milliseconds: number): Promise<void> {
  await passing(milliseconds);
}

/** Every rule of the port {@link Clock}, for the author of an implementation. */
export const clockCases: readonly ClockCase[] = [
  {
    name: "the wall clock is a time that can be written down",
    run: async ({ open }) => {
      const wallMs = (await open()).wallMs();
      assert(Number.isFinite(wallMs) && wallMs > 0 && wallMs <= latestMs);
    },
  },
  {
    name: "the wall clock goes on as time passes",
    run: async (harness) => {
      const clock = await harness.open();
      const before = clock.wallMs();
      await pass(harness, 20);
      assert(clock.wallMs() - before >= 20 - toleranceMs);
    },
  },
  {
    name: "the monotonic clock measures what passes, in milliseconds",
    run: async (harness) => {
      const clock = await harness.open();
      const before = clock.monotonicMs();
      const started = performance.now();
      await pass(harness, 20);
      const elapsed = clock.monotonicMs() - before;
      assert(Number.isFinite(elapsed) && elapsed >= 20 - toleranceMs);
      // Real time is an upper bound only where the clock runs on it.
      const limit = harness.pass === undefined ? performance.now() - started + 1_000 : 1_000;
      assert(elapsed <= limit, "a second is a thousand of its units");
    },
  },
  {
    name: "the monotonic clock never goes back",
    run: async (harness) => {
      const clock = await harness.open();
      let last = clock.monotonicMs();
      for (let count = 0; count < 1_000; count++) {
        if (count % 250 === 0) await pass(harness, 1);
        const now = clock.monotonicMs();
        assert(now >= last);
        last = now;
      }
    },
  },
];
