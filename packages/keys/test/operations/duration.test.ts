import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { longestMs, parseDuration, parseFuture, timeText } from "../../src/operations/duration.ts";

const now = Date.parse("2026-01-31T12:00:00Z");

describe("parseDuration", () => {
  it.each([
    ["90s", 90_000],
    ["15m", 900_000],
    ["24h", 86_400_000],
    ["30d", 2_592_000_000],
    ["0s", 0],
    ["3653d", longestMs],
  ])("reads %s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    "",
    "s",
    "1",
    "1w",
    "1.5h",
    "-1h",
    "1h ",
    "1h30m",
    "1 h",
    "1H",
    "3654d",
    "9".repeat(400) + "s",
  ])("refuses `%s`", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("parseFuture", () => {
  it("reads a duration from now, and a point in time in any zone", () => {
    expect(parseFuture("1h", now)).toBe(now + 3_600_000);
    expect(parseFuture("2026-02-01T00:00:00+01:00", now)).toBe(now + 11 * 3_600_000);
  });

  it.each([
    "0s",
    "2026-01-31T12:00:00Z",
    "2025-12-31T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2036-03-01T00:00:00Z",
    "2027-01-01",
    "tomorrow",
    "",
  ])("refuses `%s`", (text) => {
    expect(parseFuture(text, now)).toBeUndefined();
  });

  test.prop([fc.string()])("gives a time in the future or none, whatever the text", (text) => {
    const at = parseFuture(text, now);
    expect(at === undefined || (at > now && at <= now + longestMs)).toBe(true);
  });
});

it("timeText writes a time in UTC", () => {
  expect(timeText(now)).toBe("2026-01-31T12:00:00.000Z");
});
