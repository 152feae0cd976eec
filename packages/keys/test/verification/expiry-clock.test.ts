import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ExpiryClock } from "../../src/verification/expiry-clock.ts";
import { ManualClock } from "../manual-clock.ts";

interface Stage {
  readonly clock: ManualClock;
  readonly time: ExpiryClock;
  readonly steps: readonly number[];
}

function openStage(): Stage {
  const clock = new ManualClock();
  const steps: number[] = [];
  return { clock, steps, time: new ExpiryClock(clock, (step) => void steps.push(step)) };
}

describe("the time that expiry is held against", () => {
  it("is the wall clock", () => {
    const { clock, time, steps } = openStage();
    clock.pass(5_000);
    expect(time.nowMs()).toBe(clock.wallMs());
    expect(steps).toEqual([]);
  });

  it("goes on from where it was when the wall clock is put back, and tells the step once", () => {
    const { clock, time, steps } = openStage();
    const startMs = time.nowMs();
    clock.step(-3_600_000);
    clock.pass(2_000);
    expect(time.nowMs()).toBe(startMs + 2_000);
    clock.pass(2_000);
    expect(time.nowMs()).toBe(startMs + 4_000);
    expect(steps).toEqual([-3_600_000]);
  });

  it("is the wall clock again when that is put right", () => {
    const { clock, time, steps } = openStage();
    clock.step(-3_600_000);
    time.nowMs();
    clock.step(3_600_000);
    expect(time.nowMs()).toBe(clock.wallMs());
    expect(steps).toEqual([-3_600_000, 3_600_000]);
  });

  it("follows a wall clock that is put forward, and does not come back with it", () => {
    const { clock, time } = openStage();
    clock.step(3_600_000);
    const aheadMs = time.nowMs();
    expect(aheadMs).toBe(clock.wallMs());
    clock.step(-3_600_000);
    expect(time.nowMs()).toBe(aheadMs);
  });

  it("follows drift of less than a second, but not back", () => {
    const { clock, time, steps } = openStage();
    const startMs = time.nowMs();
    clock.step(-900);
    expect(time.nowMs()).toBe(startMs);
    clock.pass(1_000);
    expect(time.nowMs()).toBe(startMs + 100);
    expect(steps).toEqual([]);
  });

  const event = fc.record({
    pass: fc.integer({ min: 0, max: 10_000 }),
    step: fc.integer({ min: -20_000, max: 20_000 }),
  });

  test.prop([fc.array(event)])("never goes back, and is never behind the wall clock", (events) => {
    const { clock, time } = openStage();
    let lastMs = time.nowMs();
    for (const { pass, step } of events) {
      clock.pass(pass);
      clock.step(step);
      const nowMs = time.nowMs();
      expect(nowMs).toBeGreaterThanOrEqual(Math.max(lastMs, clock.wallMs()));
      lastMs = nowMs;
    }
  });
});
