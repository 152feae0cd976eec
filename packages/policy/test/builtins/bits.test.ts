import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["bits.and", ["12", "10"], "8"],
  ["bits.or", ["12", "10"], "14"],
  ["bits.xor", ["12", "10"], "6"],
  ["bits.negate", ["0"], "-1"],
  ["bits.and", ["-1", "18446744073709551615"], "18446744073709551615"],
  ["bits.lsh", ["1", "70"], "1180591620717411303424"],
  ["bits.lsh", ["1", "-1"], "fails"],
  ["bits.rsh", ["-8", "1"], "-4"],
  ["bits.rsh", ["1", "70"], "0"],
  ["bits.or", ["1.5", "1"], "fails"],
  ["bits.negate", ['"1"'], "fails"],
  ["bits.lsh", ["0", "1000000"], "0"],
];

describe("bits", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
