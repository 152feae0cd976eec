import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["numbers.range", ["1", "3"], "[1,2,3]"],
  ["numbers.range", ["3", "1"], "[3,2,1]"],
  ["numbers.range", ["2", "2"], "[2]"],
  ["numbers.range", ["1.5", "3"], "fails"],
  ["numbers.range_step", ["0", "10", "4"], "[0,4,8]"],
  ["numbers.range_step", ["10", "0", "3"], "[10,7,4,1]"],
  ["numbers.range_step", ["0", "10", "0"], "fails"],
  ["numbers.range_step", ["0", "10", "-1"], "fails"],
];

describe("ranges", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
