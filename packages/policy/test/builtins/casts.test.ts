import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["to_number", ["null"], "0"],
  ["to_number", ["true"], "1"],
  ["to_number", ['"1.50"'], "1.5"],
  ["to_number", ['"1e3"'], "1000"],
  ["to_number", ['" 1"'], "fails"],
  ["to_number", ['"0x10"'], "fails"],
  ["to_number", ['"123456789012345678901234567890"'], "123456789012345678901234567890"],
  ["to_number", ['"1e400"'], "fails"],
  ["to_number", ['""'], "fails"],
  ["to_number", ["[]"], "fails"],
  ["cast_array", ["{2,1}"], "[1,2]"],
  ["cast_set", ["[1,1]"], "{1}"],
  ["cast_array", ['"a"'], "fails"],
  ["cast_string", ["1"], "fails"],
  ["cast_boolean", ["true"], "true"],
  ["cast_null", ["null"], "null"],
  ["cast_object", ["[]"], "fails"],
  ["cast_object", ["{}"], "{}"],
];

describe("casts", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
