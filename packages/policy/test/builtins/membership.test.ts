import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["internal.member_2", ["1", "[1,2]"], "true"],
  ["internal.member_2", ['"b"', '{"a":"b"}'], "true"],
  ["internal.member_2", ['"a"', '{"a":"b"}'], "false"],
  ["internal.member_2", ["[1]", "{[1]}"], "true"],
  ["internal.member_2", ["1", '"1"'], "false"],
  ["internal.member_3", ["0", "1", "[1]"], "true"],
  ["internal.member_3", ['"a"', '"b"', '{"a":"b"}'], "true"],
  ["internal.member_3", ["1", "1", "{1}"], "true"],
  ["internal.member_3", ["1", "2", "{1,2}"], "false"],
  ["internal.member_3", ["0.5", "1", "[1]"], "false"],
];

describe("membership", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
