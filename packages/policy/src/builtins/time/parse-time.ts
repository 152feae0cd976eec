import { BuiltinError } from "../builtin-error.ts";
import { daysInMonth, daysOfDate, dateOfDays, type CivilDate } from "./civil-date.ts";
import { instantOf } from "./instant.ts";
import { parseLayout } from "./layout.ts";
import { readFraction, readElement, type TimeFields } from "./time-element.ts";
import { utc } from "./time-zone.ts";

/**
 * Reads a text by a layout of Go's `time` package, in nanoseconds since 1970. Without an offset in
 * the text it is UTC; a zone's abbreviation counts as offset 0, as in Go where the zone is not local.
 * @throws BuiltinError if the text does not follow the layout, or names no date.
 */
export function parseTime(layout: string, text: string): bigint {
  const fields: TimeFields = { year: 0, hour: 0, minute: 0, second: 0, nanosecond: 0 };
  const steps = parseLayout(layout);
  let rest = text;
  for (const [index, { literal, element, spelling }] of steps.entries()) {
    rest = skipLiteral(rest, literal);
    if (element === undefined) break;
    rest = readElement(fields, element, spelling, rest);
    const isSecond = element === "second" || element === "zeroSecond";
    // A fraction may follow the seconds although the layout has none.
    if (isSecond && steps[index + 1]?.element !== "fraction") {
      rest = readFraction(rest, fields);
    }
  }
  if (rest !== "") throw unreadableTime();
  return instantOf(
    {
      ...dateOf(fields),
      hour: hourOf(fields),
      minute: fields.minute,
      second: fields.second - offsetOf(fields),
      nanosecond: fields.nanosecond,
    },
    utc,
  );
}

// Any number of spaces in the layout stands for any number in the text.
function skipLiteral(text: string, literal: string): string {
  let rest = text;
  for (let at = 0; at < literal.length; at++) {
    if (literal[at] === " ") {
      if (rest !== "" && rest[0] !== " ") throw unreadableTime();
      while (literal[at + 1] === " ") at++;
      rest = rest.replace(/^ +/u, "");
    } else {
      if (rest[0] !== literal[at]) throw unreadableTime();
      rest = rest.slice(1);
    }
  }
  return rest;
}

function hourOf({ hour, half }: TimeFields): number {
  if (half === "pm" && hour < 12) return hour + 12;
  return half === "am" && hour === 12 ? 0 : hour;
}

function offsetOf({ isUtc, offsetSeconds }: TimeFields): number {
  return isUtc === true ? 0 : (offsetSeconds ?? 0);
}

function dateOf(fields: TimeFields): CivilDate {
  const { year, yearDay } = fields;
  const date =
    yearDay === undefined
      ? { year, month: fields.month ?? 1, day: fields.day ?? 1 }
      : dateOfYearDay(year, yearDay);
  const agrees =
    (fields.month ?? date.month) === date.month && (fields.day ?? date.day) === date.day;
  if (!agrees || date.day < 1 || date.day > daysInMonth(year, date.month)) throw unreadableTime();
  return date;
}

function dateOfYearDay(year: number, yearDay: number): CivilDate {
  const date = dateOfDays(daysOfDate({ year, month: 1, day: 1 }) + yearDay - 1);
  if (yearDay < 1 || date.year !== year) throw unreadableTime();
  return date;
}

function unreadableTime(): BuiltinError {
  return new BuiltinError("operand 2 does not follow the layout");
}
