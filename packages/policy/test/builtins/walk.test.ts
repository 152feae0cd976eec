import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  [
    "walk",
    ['{"a":[1,{2}]}'],
    '[[[],{"a":[1,{2}]}],[["a"],[1,{2}]],[["a",0],1],[["a",1],{2}],[["a",1,2],2]]',
  ],
  ["walk", ["1"], "[[[],1]]"],
  ["walk", ["[[]]"], "[[[],[[]]],[[0],[]]]"],
];

describe("walk", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
