import type { RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import {
  integerOperand,
  isArray,
  numberOperand,
  operandTypeError,
  stringOperand,
} from "../operands.ts";
import { exactInteger, integerNumber } from "../rego-number.ts";
import { daysInMonth, weekdayName } from "./civil-date.ts";
import { parseDuration } from "./duration.ts";
import { formatTime } from "./format-time.ts";
import { instantNumber, instantOf, wallTime, type WallTime } from "./instant.ts";
import { layoutNamed } from "./layout.ts";
import { parseTime } from "./parse-time.ts";
import { timeZone, utc, type TimeZone } from "./time-zone.ts";

/** `time.*`, in nanoseconds since 1970. `time.now_ns` is no function of its arguments and not offered. */
export const timeBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "time.parse_ns": (layout, text) =>
    instantNumber(parseTime(layoutNamed(stringOperand(layout, 1)), stringOperand(text, 2))),
  "time.parse_rfc3339_ns": (text) =>
    instantNumber(parseTime(layoutNamed("RFC3339"), stringOperand(text, 1))),
  "time.parse_duration_ns": (text) => integerNumber(parseDuration(stringOperand(text, 1))),
  "time.format": (operand) => {
    const { wall, zone, layout } = timeOperand(operand);
    return formatTime(wall, zone, layoutNamed(layout === "" ? "RFC3339Nano" : layout));
  },
  "time.date": (operand) => {
    const { year, month, day } = timeOperand(operand).wall;
    return [year, month, day];
  },
  "time.clock": (operand) => {
    const { hour, minute, second } = timeOperand(operand).wall;
    return [hour, minute, second];
  },
  "time.weekday": (operand) => weekdayName(timeOperand(operand).wall.days),
  "time.add_date": (operand, years, months, days) => {
    const { wall, zone } = timeOperand(operand);
    const sum = {
      ...wall,
      year: wall.year + calendarOperand(years, 2),
      month: wall.month + calendarOperand(months, 3),
      day: wall.day + calendarOperand(days, 4),
    };
    return instantNumber(instantOf(sum, zone));
  },
  "time.diff": (first, second) => {
    const { nanoseconds: a, zone } = timeOperand(first);
    const { nanoseconds: b } = timeOperand(second);
    return difference(wallTime(a < b ? a : b, zone), wallTime(a < b ? b : a, zone));
  },
};

interface TimeOperand {
  readonly nanoseconds: bigint;
  readonly wall: WallTime;
  readonly zone: TimeZone;
  /** Empty if none is given. */
  readonly layout: string;
}

const int64Limit = 2n ** 63n;

// Nanoseconds, or an array of them with a zone and a layout; what follows is ignored.
function timeOperand(value: RegoValue): TimeOperand {
  const parts = isArray(value) ? value : [value];
  const isTime = isArray(value) || typeof value === "number" || typeof value === "bigint";
  if (!isTime || parts[0] === undefined) {
    throw operandTypeError(1, value, "number (ns)", "[number (ns), string (tz)]");
  }
  const nanoseconds = exactInteger(numberOperand(parts[0], 1));
  const zone = parts[1] === undefined ? utc : timeZone(stringOperand(parts[1], 1));
  const layout = parts[2] === undefined ? "" : stringOperand(parts[2], 1);
  if (nanoseconds === undefined || nanoseconds < -int64Limit || nanoseconds >= int64Limit) {
    throw new BuiltinError("timestamp too big");
  }
  return { nanoseconds, wall: wallTime(nanoseconds, zone), zone, layout };
}

// Far beyond every valid sum, and small enough to count days exactly.
const maximumCount = 1e10;

function calendarOperand(value: RegoValue, position: number): number {
  const count = integerOperand(value, position);
  if (Math.abs(count) > maximumCount) throw new BuiltinError("time outside of valid range");
  return count;
}

// Years, months, days, hours, minutes, seconds from the earlier to the later, each borrowed from the
// next; a day that lacks is borrowed from the earlier one's month.
function difference(from: WallTime, to: WallTime): readonly number[] {
  let second = to.second - from.second;
  let minute = to.minute - from.minute;
  let hour = to.hour - from.hour;
  let day = to.day - from.day;
  let month = to.month - from.month;
  let year = to.year - from.year;
  if (second < 0) [second, minute] = [second + 60, minute - 1];
  if (minute < 0) [minute, hour] = [minute + 60, hour - 1];
  if (hour < 0) [hour, day] = [hour + 24, day - 1];
  if (day < 0) [day, month] = [day + daysInMonth(from.year, from.month), month - 1];
  if (month < 0) [month, year] = [month + 12, year - 1];
  return [year, month, day, hour, minute, second];
}
