import { BuiltinError } from "../builtin-error.ts";
import { monthNames, weekdayNames } from "./civil-date.ts";
import type { LayoutElement } from "./layout.ts";

/** What has been read of a time so far; absent is what no element named. */
export interface TimeFields {
  year: number;
  month?: number;
  day?: number;
  yearDay?: number;
  hour: number;
  half?: "am" | "pm";
  minute: number;
  second: number;
  nanosecond: number;
  /** The text says `Z` or `UTC`, which goes before any offset. */
  isUtc?: boolean;
  offsetSeconds?: number;
}

interface ElementRule {
  readonly pattern: RegExp;
  /** False if the value is out of range. */
  readonly assign: (fields: TimeFields, match: readonly string[]) => boolean;
}

const names = (list: readonly string[], length?: number): RegExp =>
  new RegExp(`^(?:${list.map((name) => name.slice(0, length)).join("|")})`, "iu");

const number = (
  pattern: RegExp,
  field: "month" | "day" | "yearDay" | "hour" | "minute" | "second",
  low: number,
  high: number,
): ElementRule => ({
  pattern,
  assign: (fields, [text = ""]) => {
    const value = Number(text);
    fields[field] = value;
    return value >= low && value <= high;
  },
});

const monthName = (pattern: RegExp): ElementRule => ({
  pattern,
  assign: (fields, [text = ""]) => {
    const start = text.slice(0, 3).toLowerCase();
    fields.month = monthNames.findIndex((name) => name.toLowerCase().startsWith(start)) + 1;
    return true;
  },
});

const half = (pattern: RegExp): ElementRule => ({
  pattern,
  assign: (fields, [text = ""]) => {
    fields.half = text.toLowerCase() === "pm" ? "pm" : "am";
    return true;
  },
});

const ignored = (pattern: RegExp): ElementRule => ({ pattern, assign: () => true });

// Days of months and years are only checked when all of the date is known.
const rules: Readonly<Record<Exclude<LayoutElement, "offset" | "fraction">, ElementRule>> = {
  longMonth: monthName(names(monthNames)),
  month: monthName(names(monthNames, 3)),
  numMonth: number(/^\d\d?/u, "month", 1, 12),
  zeroMonth: number(/^\d\d/u, "month", 1, 12),
  longWeekday: ignored(names(weekdayNames)),
  weekday: ignored(names(weekdayNames, 3)),
  day: number(/^\d\d?/u, "day", 0, 99),
  underDay: number(/^ ?\d\d?/u, "day", 0, 99),
  zeroDay: number(/^\d\d/u, "day", 0, 99),
  underYearDay: number(/^ {0,2}\d{1,3}/u, "yearDay", 0, 999),
  zeroYearDay: number(/^\d{3}/u, "yearDay", 0, 999),
  hour: number(/^\d\d?/u, "hour", 0, 23),
  hour12: number(/^\d\d?/u, "hour", 0, 12),
  zeroHour12: number(/^\d\d/u, "hour", 0, 12),
  minute: number(/^\d\d?/u, "minute", 0, 59),
  zeroMinute: number(/^\d\d/u, "minute", 0, 59),
  second: number(/^\d\d?/u, "second", 0, 59),
  zeroSecond: number(/^\d\d/u, "second", 0, 59),
  longYear: {
    pattern: /^\d{4}/u,
    assign: (fields, [text = ""]) => {
      fields.year = Number(text);
      return true;
    },
  },
  year: {
    pattern: /^(?:\d\d|[+-]\d)/u,
    assign: (fields, [text = ""]) => {
      const year = Number(text);
      fields.year = year >= 69 ? year + 1900 : year + 2000;
      return true;
    },
  },
  upperPm: half(/^[AP]M/u),
  lowerPm: half(/^[ap]m/u),
  zoneName: {
    pattern:
      /^(?:UTC|ChST|MeST|GMT(?:[+-]0*(?:1\d|2[0-3]|\d)(?!\d))?|[+-]0*(?:1\d|2[0-3]|\d)(?!\d)|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z]))/u,
    assign: (fields, [name = ""]) => {
      // Go keeps other names, `GMT+3` too, but takes the time as UTC's.
      if (name === "UTC") fields.isUtc = true;
      return true;
    },
  },
};

/** Reads one element from the start of `text` into `fields`; what is left of the text. */
export function readElement(
  fields: TimeFields,
  element: LayoutElement,
  spelling: string,
  text: string,
): string {
  switch (element) {
    case "offset":
      return readOffset(fields, spelling, text);
    case "fraction":
      return spelling[1] === "9" ? readFraction(text, fields) : readDigits(fields, spelling, text);
    default:
      return applyRule(rules[element], fields, text);
  }
}

function applyRule({ pattern, assign }: ElementRule, fields: TimeFields, text: string): string {
  const match = pattern.exec(text);
  if (match === null || !assign(fields, match)) throw badField();
  return text.slice(match[0].length);
}

function readOffset(fields: TimeFields, spelling: string, text: string): string {
  if (spelling.startsWith("Z") && text.startsWith("Z")) {
    fields.isUtc = true;
    return text.slice(1);
  }
  const pairs = spelling.replaceAll(/\D/gu, "").length / 2;
  const separator = spelling.includes(":") ? ":" : "";
  const pattern = new RegExp(`^([+-])${Array(pairs).fill("(\\d\\d)").join(separator)}`, "u");
  const match = pattern.exec(text);
  if (match === null) throw badField();
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(2).map(Number);
  // 24 hours and 60 minutes are let through, as some people write them.
  if (hours > 24 || minutes > 60 || seconds > 60) throw badField();
  const offset = (hours * 60 + minutes) * 60 + seconds;
  fields.offsetSeconds = match[1] === "-" ? -offset : offset;
  return text.slice(match[0].length);
}

/** Takes a fraction of a second of any length from the start of `text`, if there is one. */
export function readFraction(text: string, fields: TimeFields): string {
  const [all, digits = ""] = /^[.,](\d+)/u.exec(text) ?? [];
  if (all === undefined) return text;
  fields.nanosecond = Number(digits.slice(0, 9).padEnd(9, "0"));
  return text.slice(all.length);
}

function readDigits(fields: TimeFields, spelling: string, text: string): string {
  const taken = text.slice(0, spelling.length);
  const digits = taken.slice(1, 10);
  // Go reads the digits as a signed integer and never looks at those beyond the ninth.
  if (taken.length !== spelling.length || !/^[.,]/u.test(taken) || !/^\+?\d+$/u.test(digits)) {
    throw badField();
  }
  fields.nanosecond = Number(digits) * 10 ** (9 - digits.length);
  return text.slice(taken.length);
}

function badField(): BuiltinError {
  return new BuiltinError("operand 2 has a bad value for an element of the layout");
}
