import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["type_name", ["null"], '"null"'],
  ["type_name", ["1"], '"number"'],
  ["type_name", ["set()"], '"set"'],
  ["type_name", ["{}"], '"object"'],
  ["is_array", ["[]"], "true"],
  ["is_array", ["set()"], "false"],
  ["is_set", ["{1}"], "true"],
  ["is_object", ["{}"], "true"],
  ["is_string", ['""'], "true"],
  ["is_number", ["1.5"], "true"],
  ["is_boolean", ["false"], "true"],
  ["is_null", ["null"], "true"],
  ["is_null", ["false"], "false"],
];

describe("types", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
