import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["array.concat", ["[1]", "[2,[3]]"], "[1,2,[3]]"],
  ["array.concat", ["[1]", "{2}"], "fails"],
  ["array.flatten", ["[1,[2,[3]],{4}]"], "[1,2,[3],{4}]"],
  ["array.flatten", ['"a"'], "fails"],
  ["array.reverse", ["[1,2,3]"], "[3,2,1]"],
  ["array.reverse", ["null"], "fails"],
  ["array.slice", ["[1,2,3]", "1", "2"], "[2]"],
  ["array.slice", ["[1,2,3]", "-5", "9"], "[1,2,3]"],
  ["array.slice", ["[1,2,3]", "2", "1"], "[]"],
  ["array.slice", ["[1,2,3]", "0.5", "2"], "fails"],
];

describe("arrays", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
