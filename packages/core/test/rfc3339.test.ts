import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { isRfc3339 } from "../src/index.ts";

it.each([
  "2026-01-31T12:00:00Z",
  "2026-01-31T12:00:00.5Z",
  "2026-01-31T12:00:00.123456789Z",
  "2026-01-31T12:00:00+00:00",
  "2026-01-31T23:59:59-23:59",
  "2024-02-29T00:00:00Z",
  "2000-02-29T00:00:00Z",
  "1678-01-01T00:00:00Z",
  "2261-12-31T23:59:59Z",
])("`%s` is a point in time", (text) => {
  expect(isRfc3339(text)).toBe(true);
});

it.each([
  ["empty", ""],
  ["a date", "2026-01-31"],
  ["no offset", "2026-01-31T12:00:00"],
  ["a blank for the T", "2026-01-31 12:00:00Z"],
  ["lower case, which Go does not read", "2026-01-31t12:00:00z"],
  ["an offset without a colon", "2026-01-31T12:00:00+0100"],
  ["no seconds", "2026-01-31T12:00Z"],
  ["a point without digits", "2026-01-31T12:00:00.Z"],
  ["a comma", "2026-01-31T12:00:00,5Z"],
  ["a short year", "26-01-31T12:00:00Z"],
  ["a year that Rego does not reach", "1677-12-31T23:59:59Z"],
  ["another one", "2262-01-01T00:00:00Z"],
  ["month 0", "2026-00-31T12:00:00Z"],
  ["month 13", "2026-13-31T12:00:00Z"],
  ["day 0", "2026-01-00T12:00:00Z"],
  ["the 31st of April", "2026-04-31T12:00:00Z"],
  ["a leap day in a common year", "2026-02-29T12:00:00Z"],
  ["a leap day in a common century", "2100-02-29T12:00:00Z"],
  ["hour 24", "2026-01-31T24:00:00Z"],
  ["minute 60", "2026-01-31T12:60:00Z"],
  ["a leap second, which Go does not know", "2016-12-31T23:59:60Z"],
  ["an offset of a day", "2026-01-31T12:00:00+24:00"],
  ["an offset of 60 minutes", "2026-01-31T12:00:00+01:60"],
  ["a line's end after it", "2026-01-31T12:00:00Z\n"],
  ["a blank before it", " 2026-01-31T12:00:00Z"],
  ["other digits", "２０26-01-31T12:00:00Z"],
])("%s is none", (_, text) => {
  expect(isRfc3339(text)).toBe(false);
});

const now = fc.date({
  min: new Date("1700-01-01T00:00:00Z"),
  max: new Date("2250-01-01T00:00:00Z"),
  noInvalidDate: true,
});

test.prop([now])("what JavaScript writes is a point in time", (date) => {
  expect(isRfc3339(date.toISOString())).toBe(true);
});

const number = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, "0"));

test.prop([number, number, number])("a day is one that the calendar has", (month, day, hour) => {
  const text = `2026-${month}-${day}T${hour}:00:00.000Z`;
  const date = new Date(text);
  const exists = !Number.isNaN(date.getTime()) && date.toISOString() === text;
  expect(isRfc3339(text)).toBe(exists);
});
