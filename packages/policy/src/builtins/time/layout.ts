/** An element of Go's time layouts, named by what it stands for. */
export type LayoutElement =
  | "longMonth"
  | "month"
  | "numMonth"
  | "zeroMonth"
  | "longWeekday"
  | "weekday"
  | "day"
  | "underDay"
  | "zeroDay"
  | "underYearDay"
  | "zeroYearDay"
  | "hour"
  | "hour12"
  | "zeroHour12"
  | "minute"
  | "zeroMinute"
  | "second"
  | "zeroSecond"
  | "longYear"
  | "year"
  | "upperPm"
  | "lowerPm"
  | "zoneName"
  | "offset"
  | "fraction";

/** One step of a layout: literal text, then an element; the last step has none. */
export interface LayoutStep {
  readonly literal: string;
  readonly element?: LayoutElement;
  /** The element as the layout spells it. */
  readonly spelling: string;
}

// In the order in which Go tries them at one position.
const elements: readonly (readonly [pattern: string, element: LayoutElement])[] = [
  ["January", "longMonth"],
  ["Jan(?![a-z])", "month"],
  ["Monday", "longWeekday"],
  ["Mon(?![a-z])", "weekday"],
  ["MST", "zoneName"],
  ["01", "zeroMonth"],
  ["02", "zeroDay"],
  ["03", "zeroHour12"],
  ["04", "zeroMinute"],
  ["05", "zeroSecond"],
  ["06", "year"],
  ["002", "zeroYearDay"],
  ["15", "hour"],
  ["1", "numMonth"],
  ["2006", "longYear"],
  ["2", "day"],
  // `_2006` is a literal `_` before the year.
  ["_2(?!006)", "underDay"],
  ["__2", "underYearDay"],
  ["3", "hour12"],
  ["4", "minute"],
  ["5", "second"],
  ["PM", "upperPm"],
  ["pm", "lowerPm"],
  ["[-Z]070000", "offset"],
  ["[-Z]07:00:00", "offset"],
  ["[-Z]0700", "offset"],
  ["[-Z]07:00", "offset"],
  ["[-Z]07", "offset"],
  ["[.,](?:0+|9+)(?![0-9])", "fraction"],
];

const anyElement = new RegExp(elements.map(([pattern]) => `(${pattern})`).join("|"), "gu");

/** Splits a layout of Go's `time` package. */
export function parseLayout(layout: string): readonly LayoutStep[] {
  const steps: LayoutStep[] = [];
  let end = 0;
  for (const match of layout.matchAll(anyElement)) {
    const [, element] = elements[match.slice(1).findIndex((group) => group !== undefined)]!;
    const [spelling] = match;
    steps.push({ literal: layout.slice(end, match.index), element, spelling });
    end = match.index + spelling.length;
  }
  return [...steps, { literal: layout.slice(end), spelling: "" }];
}

const named: Readonly<Record<string, string>> = {
  ANSIC: "Mon Jan _2 15:04:05 2006",
  UnixDate: "Mon Jan _2 15:04:05 MST 2006",
  RubyDate: "Mon Jan 02 15:04:05 -0700 2006",
  RFC822: "02 Jan 06 15:04 MST",
  RFC822Z: "02 Jan 06 15:04 -0700",
  RFC850: "Monday, 02-Jan-06 15:04:05 MST",
  RFC1123: "Mon, 02 Jan 2006 15:04:05 MST",
  RFC1123Z: "Mon, 02 Jan 2006 15:04:05 -0700",
  RFC3339: "2006-01-02T15:04:05Z07:00",
  RFC3339Nano: "2006-01-02T15:04:05.999999999Z07:00",
};

/** The layout behind one of the names that OPA accepts in its place, or the layout itself. */
export function layoutNamed(layout: string): string {
  return Object.hasOwn(named, layout) ? named[layout]! : layout;
}
