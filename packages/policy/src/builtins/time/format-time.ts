import { BuiltinError } from "../builtin-error.ts";
import { checkTextLength } from "../result-bounds.ts";
import { yearDay, monthNames, weekdayName } from "./civil-date.ts";
import type { WallTime } from "./instant.ts";
import { parseLayout, type LayoutElement } from "./layout.ts";
import { utc, type TimeZone } from "./time-zone.ts";

/**
 * Writes a time by a layout of Go's `time` package.
 * @throws BuiltinError if the layout asks for a zone's abbreviation and the zone is not UTC: the
 *   runtime's time zone data has none.
 */
export function formatTime(time: WallTime, zone: TimeZone, layout: string): string {
  const text = parseLayout(layout)
    .map(({ literal, element, spelling }) =>
      element === undefined ? literal : literal + elementText(time, zone, element, spelling),
    )
    .join("");
  checkTextLength(text.length);
  return text;
}

function elementText(
  time: WallTime,
  zone: TimeZone,
  element: LayoutElement,
  spelling: string,
): string {
  switch (element) {
    case "longMonth":
      return monthNames[time.month - 1]!;
    case "month":
      return monthNames[time.month - 1]!.slice(0, 3);
    case "numMonth":
      return padded(time.month, 1);
    case "zeroMonth":
      return padded(time.month, 2);
    case "longWeekday":
      return weekdayName(time.days);
    case "weekday":
      return weekdayName(time.days).slice(0, 3);
    case "day":
      return padded(time.day, 1);
    case "underDay":
      return padded(time.day, 1).padStart(2, " ");
    case "zeroDay":
      return padded(time.day, 2);
    case "underYearDay":
      return padded(yearDay(time), 1).padStart(3, " ");
    case "zeroYearDay":
      return padded(yearDay(time), 3);
    case "hour":
      return padded(time.hour, 2);
    case "hour12":
      return padded(time.hour % 12 || 12, 1);
    case "zeroHour12":
      return padded(time.hour % 12 || 12, 2);
    case "minute":
      return padded(time.minute, 1);
    case "zeroMinute":
      return padded(time.minute, 2);
    case "second":
      return padded(time.second, 1);
    case "zeroSecond":
      return padded(time.second, 2);
    case "longYear":
      return padded(time.year, 4);
    case "year":
      return padded(time.year % 100, 2);
    case "upperPm":
      return time.hour >= 12 ? "PM" : "AM";
    case "lowerPm":
      return time.hour >= 12 ? "pm" : "am";
    case "zoneName":
      if (zone === utc) return "UTC";
      throw new BuiltinError("only utc has a zone abbreviation here");
    case "offset":
      return offsetText(time.offsetSeconds, spelling);
    case "fraction":
      return fractionText(time.nanosecond, spelling);
  }
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function offsetText(offsetSeconds: number, spelling: string): string {
  if (offsetSeconds === 0 && spelling.startsWith("Z")) return "Z";
  const minutes = Math.trunc(offsetSeconds / 60);
  const sign = minutes < 0 ? "-" : "+";
  const hh = padded(Math.trunc(Math.abs(minutes) / 60), 2);
  const mm = padded(Math.abs(minutes) % 60, 2);
  const ss = padded((minutes < 0 ? -offsetSeconds : offsetSeconds) % 60, 2);
  const parts = [hh, mm, ss].slice(0, spelling.replaceAll(/\D/gu, "").length / 2);
  return sign + parts.join(spelling.includes(":") ? ":" : "");
}

// `.000` keeps its zeros, `.999` drops those at the end.
function fractionText(nanosecond: number, spelling: string): string {
  const digits = padded(nanosecond, 9).slice(0, spelling.length - 1);
  if (spelling[1] === "0") return spelling[0]! + digits;
  const trimmed = digits.replace(/0+$/u, "");
  return trimmed === "" ? "" : spelling[0]! + trimmed;
}
