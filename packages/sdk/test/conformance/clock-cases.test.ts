import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/clock.ts";
import { clockCases } from "../../src/conformance.ts";
import type { ClockHarness } from "../../src/conformance.ts";
import { describeSuite } from "./broken-implementations.ts";

/** A clock in the hands of the case, but for what is changed. */
function harnessOf(change: (clock: Clock) => Partial<Clock> = () => ({})): ClockHarness {
  let passedMs = 0;
  const clock: Clock = {
    wallMs: () => Date.parse("2026-01-31T12:00:00Z") + passedMs,
    monotonicMs: () => passedMs,
  };
  return {
    open: async () => ({ ...clock, ...change(clock) }),
    pass: async (milliseconds) => {
      passedMs += milliseconds;
    },
  };
}

describeSuite(clockCases, harnessOf, [
  {
    fault: "counts microseconds since 1970",
    rule: "can be written down",
    harness: () => harnessOf((clock) => ({ wallMs: () => clock.wallMs() * 10_000 })),
  },
  {
    fault: "stands still",
    rule: "goes on as time passes",
    harness: () => harnessOf((clock) => ({ wallMs: () => Math.min(clock.wallMs(), 1.7e12) })),
  },
  {
    fault: "counts seconds",
    rule: "measures what passes",
    harness: () =>
      harnessOf((clock) => ({ monotonicMs: () => Math.floor(clock.monotonicMs() / 1_000) })),
  },
  {
    fault: "counts nanoseconds",
    rule: "measures what passes",
    harness: () => harnessOf((clock) => ({ monotonicMs: () => clock.monotonicMs() * 1e6 })),
  },
  {
    fault: "is put back once in a while",
    rule: "never goes back",
    harness: () => {
      let reads = 0;
      return harnessOf((clock) => ({
        monotonicMs: () => clock.monotonicMs() - (++reads % 100 === 0 ? 5 : 0),
      }));
    },
  },
]);

describe("the clock of this machine", () => {
  test.for(clockCases)("$name", async ({ run }) => {
    await expect(run({ open: async () => systemClock })).resolves.toBeUndefined();
  });
});
