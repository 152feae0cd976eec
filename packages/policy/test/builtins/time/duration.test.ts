import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["time.parse_duration_ns", ['"1h2m3.5s"'], "3723500000000"],
  ["time.parse_duration_ns", ['"1d2h"'], "93600000000000"],
  ["time.parse_duration_ns", ['"-1w"'], "-604800000000000"],
  ["time.parse_duration_ns", ['"1y"'], "31536000000000000"],
  ["time.parse_duration_ns", ['"0.5d"'], "43200000000000"],
  ["time.parse_duration_ns", ['"1µs1ns"'], "1001"],
  ["time.parse_duration_ns", ['"0"'], "0"],
  ["time.parse_duration_ns", ['"-9223372036854775808ns"'], "-9223372036854775808"],
  ["time.parse_duration_ns", ['"9223372036854775808ns"'], "fails"],
  ["time.parse_duration_ns", ['"293y"'], "fails"],
  ["time.parse_duration_ns", ['"1"'], "fails"],
  ["time.parse_duration_ns", ['""'], "fails"],
  ["time.parse_duration_ns", ['".s"'], "fails"],
  ["time.parse_duration_ns", ['"1.2.3d"'], "fails"],
  ["time.parse_duration_ns", ['"1 h"'], "fails"],
  ["time.parse_duration_ns", ["1"], "fails"],
];

describe("durations", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
