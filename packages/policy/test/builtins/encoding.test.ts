import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["base64.encode", ['"é"'], '"w6k="'],
  ["base64.decode", ['"w6k="'], '"é"'],
  ["base64.decode", ['"w6k"'], "fails"],
  ["base64.decode", ['"w6\\nk="'], '"é"'],
  ["base64.is_valid", ['"w6k="'], "true"],
  ["base64.is_valid", ['"w6k"'], "false"],
  ["base64.is_valid", ["1"], "false"],
  ["base64url.encode", ['"??>"'], '"Pz8-"'],
  ["base64url.encode", ['"?"'], '"Pw=="'],
  ["base64url.encode_no_pad", ['"?"'], '"Pw"'],
  ["base64url.decode", ['"Pz8-"'], '"??>"'],
  ["base64url.decode", ['"Pw"'], '"?"'],
  ["base64url.decode", ['"Pw=="'], '"?"'],
  ["base64url.decode", ['"P"'], "fails"],
  ["hex.encode", ['"é"'], '"c3a9"'],
  ["hex.decode", ['"C3a9"'], '"é"'],
  ["hex.decode", ['"c3a"'], "fails"],
  ["hex.decode", ['"zz"'], "fails"],
];

describe("encodings", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
