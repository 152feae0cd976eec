import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["count", ['"aé😀"'], "3"],
  ["count", ["[1,1]"], "2"],
  ["count", ["{1,2}"], "2"],
  ["count", ['{"a":1}'], "1"],
  ["count", ["1"], "fails"],
  ["sum", ["[0.1,0.2]"], "0.3"],
  ["sum", ["[]"], "0"],
  ["sum", ["{1,2,3}"], "6"],
  ["sum", ['["a"]'], "fails"],
  ["sum", ["[9007199254740991,1]"], "9007199254740992"],
  ["product", ["[]"], "1"],
  ["product", ["[2,3.5]"], "7"],
  ["product", ["[123456789012345678901234567890,10]"], "1234567890123456789012345678900"],
  ["max", ["[]"], "undefined"],
  ["max", ['[1,"a",null]'], '"a"'],
  ["min", ['{3,1,"x"}'], "1"],
  ["min", ["set()"], "undefined"],
  ["max", ["1"], "fails"],
  ["sort", ['[{},[],"b","a",2,1,true,false,null]'], '[null,false,true,1,2,"a","b",[],{}]'],
  ["sort", ["{2,1}"], "[1,2]"],
  ["sort", ['"ba"'], "fails"],
  ["all", ["[]"], "true"],
  ["all", ["[true,1]"], "false"],
  ["any", ["[false,true]"], "true"],
  ["any", ["set()"], "false"],
  ["any", ["{false}"], "false"],
];

describe("what a collection comes to", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
