import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["time.parse_rfc3339_ns", ['"2024-02-29T12:00:00.123456789+01:00"'], "1709204400123456789"],
  ["time.parse_rfc3339_ns", ['"2023-02-29T12:00:00Z"'], "fails"],
  ["time.parse_rfc3339_ns", ['"2262-04-11T23:47:16.854775807Z"'], "9223372036854775807"],
  ["time.parse_rfc3339_ns", ['"2262-04-11T23:47:16.854775808Z"'], "fails"],
  ["time.parse_rfc3339_ns", ["1"], "fails"],
  ["time.format", ["1700000000000000001"], '"2023-11-14T22:13:20.000000001Z"'],
  ["time.format", ['[1700000000000000000,"Asia/Kolkata"]'], '"2023-11-15T03:43:20+05:30"'],
  [
    "time.format",
    ['[1700000000000000000,"America/New_York","RFC1123Z"]'],
    '"Tue, 14 Nov 2023 17:13:20 -0500"',
  ],
  ["time.format", ['[-9223372036854775808,"UTC","RFC850"]'], '"Tuesday, 21-Sep-77 00:12:43 UTC"'],
  ["time.format", ['[1700000000000000000,"Nowhere/Land"]'], "fails"],
  ["time.format", ['[1700000000000000000,"america/new_york"]'], "fails"],
  ["time.format", ["9223372036854775808"], "fails"],
  ["time.format", ["1.5"], "fails"],
  ["time.format", ["[]"], "fails"],
  ["time.format", ['"x"'], "fails"],
  ["time.date", ["-1"], "[1969,12,31]"],
  ["time.date", ['[0,"America/New_York"]'], "[1969,12,31]"],
  ["time.clock", ['[0,"Asia/Kathmandu"]'], "[5,30,0]"],
  ["time.weekday", ["0"], '"Thursday"'],
  ["time.add_date", ["1706659200000000000", "0", "1", "0"], "1709337600000000000"],
  ["time.add_date", ["0", "-1", "-13", "40"], "-62380800000000000"],
  [
    "time.add_date",
    ['[1710043200000000000,"America/New_York"]', "0", "0", "1"],
    "1710126000000000000",
  ],
  ["time.add_date", ["0", "1000", "0", "0"], "fails"],
  ["time.add_date", ["0", "0.5", "0", "0"], "fails"],
  ["time.diff", ["1735689600000000000", "1709164800000000000"], "[0,10,1,0,0,0]"],
  ["time.diff", ['[0,"Europe/Berlin"]', "86399000000000"], "[0,0,0,23,59,59]"],
];

describe("times", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
