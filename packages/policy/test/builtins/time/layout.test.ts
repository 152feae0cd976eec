import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["time.parse_ns", ['"RFC822"', '"02 Jan 06 15:04 MST"'], "1136214240000000000"],
  ["time.parse_ns", ['"RFC822"', '"02 Jan 06 15:04 GMT+3"'], "1136214240000000000"],
  ["time.parse_ns", ['"RFC822Z"', '"02 jan 69 15:04 -0700"'], "-31370160000000000"],
  ["time.parse_ns", ['"ANSIC"', '"Mon Jan  2 15:04:05 2006"'], "1136214245000000000"],
  ["time.parse_ns", ['"2006-002"', '"2024-366"'], "1735603200000000000"],
  ["time.parse_ns", ['"2006-002"', '"2023-366"'], "fails"],
  ["time.parse_ns", ['"2006 002 01"', '"2024 032 01"'], "fails"],
  ["time.parse_ns", ['"3:04PM"', '"12:30AM"'], "fails"],
  ["time.parse_ns", ['"3:04PM"', '"13:30AM"'], "fails"],
  ["time.parse_ns", ['"15:04:05"', '"10:00:00.5"'], "fails"],
  ["time.parse_ns", ['"15:04:05.000"', '"10:00:00.5"'], "fails"],
  ["time.parse_ns", ['"15:04:05.999"', '"10:00:00"'], "fails"],
  ["time.parse_ns", ['"2006-01-02 Z07:00"', '"2024-01-02 -24:60"'], "1704243600000000000"],
  ["time.parse_ns", ['"2006-01-02 Z07:00"', '"2024-01-02 -25:00"'], "fails"],
  ["time.parse_ns", ['"2006-01-02"', '"2024-01-02x"'], "fails"],
  ["time.parse_ns", ['"January 2, 2006"', '"JANUARY  2, 2024"'], "1704153600000000000"],
  [
    "time.format",
    ['[1136239445123456789,"UTC","_2 __2 002 3 03 pm PM Jan Monday .000 ,999 .0000000000"]'],
    '" 2   2 002 10 10 pm PM Jan Monday .123 ,123 .123456789"',
  ],
  [
    "time.format",
    ['[1136239445000000000,"UTC",".999 06 _2006 MST Z0700 -070000"]'],
    '" 06 _2006 UTC Z +000000"',
  ],
  [
    "time.format",
    ['[1136239445000000000,"Asia/Kolkata","Z07 Z07:00:00 -07"]'],
    '"+05 +05:30:00 +05"',
  ],
];

describe("layouts of Go", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
