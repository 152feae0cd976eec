import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["and", ["{1,2}", "{2,3}"], "{2}"],
  ["or", ["{1}", "{2}"], "{1,2}"],
  ["set_diff", ["{1,2}", "{2}"], "{1}"],
  ["and", ["{1}", "[1]"], "fails"],
  ["intersection", ["{{1,2},{2,3}}"], "{2}"],
  ["intersection", ["set()"], "set()"],
  ["union", ["{{1},{2}}"], "{1,2}"],
  ["union", ["set()"], "set()"],
  ["union", ["{1}"], "fails"],
];

describe("sets", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
