import { BuiltinError } from "../builtin-error.ts";
import { integerNumber, type RegoNumber } from "../rego-number.ts";
import { dateOfDays, daysOfDate, type CivilDate } from "./civil-date.ts";
import type { TimeZone } from "./time-zone.ts";

const nanosecondsPerSecond = 1_000_000_000n;
const secondsPerDay = 86_400;
const int64Limit = 2n ** 63n;

/** An instant as clocks and calendars in one zone show it. */
export interface WallTime extends CivilDate {
  /** Whole days since 1970-01-01, in the zone. */
  readonly days: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Seconds east of UTC. */
  readonly offsetSeconds: number;
}

/** Reads an instant, in nanoseconds since 1970, off the zone's clocks. */
export function wallTime(nanoseconds: bigint, zone: TimeZone): WallTime {
  const nanosecond = Number(BigInt.asUintN(64, floorRemainder(nanoseconds)));
  const seconds = Number((nanoseconds - BigInt(nanosecond)) / nanosecondsPerSecond);
  const offsetSeconds = zone(seconds);
  const days = Math.floor((seconds + offsetSeconds) / secondsPerDay);
  const ofDay = seconds + offsetSeconds - days * secondsPerDay;
  return {
    ...dateOfDays(days),
    days,
    hour: Math.floor(ofDay / 3600),
    minute: Math.floor(ofDay / 60) % 60,
    second: ofDay % 60,
    nanosecond,
    offsetSeconds,
  };
}

function floorRemainder(nanoseconds: bigint): bigint {
  return ((nanoseconds % nanosecondsPerSecond) + nanosecondsPerSecond) % nanosecondsPerSecond;
}

/** A date and a time of day, both of which may be outside their usual bounds. */
export interface WallClock extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

/**
 * The instant when the zone's clocks show this; around a change of offset as Go chooses: in a gap the
 * offset before it, in an overlap one of the two.
 */
export function instantOf(clock: WallClock, zone: TimeZone): bigint {
  const local =
    daysOfDate(clock) * secondsPerDay + clock.hour * 3600 + clock.minute * 60 + clock.second;
  const guess = representable(local) ? zone(local) : 0;
  const offset = guess === 0 || !representable(local - guess) ? guess : zone(local - guess);
  return BigInt(local - offset) * nanosecondsPerSecond + BigInt(clock.nanosecond);
}

// What a zone can be asked for; instants that Rego can name are far inside.
function representable(seconds: number): boolean {
  return Math.abs(seconds) < 8.64e12;
}

/**
 * The instant as Rego's number.
 * @throws BuiltinError if it is beyond Go's nanoseconds, 1677-09-21 to 2262-04-11.
 */
export function instantNumber(nanoseconds: bigint): RegoNumber {
  if (nanoseconds < -int64Limit || nanoseconds >= int64Limit) {
    throw new BuiltinError("time outside of valid range");
  }
  return integerNumber(nanoseconds);
}
