import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["object.get", ['{"a":{"b":1}}', '["a","b"]', "0"], "1"],
  ["object.get", ['{"a":1}', '"b"', "0"], "0"],
  ["object.get", ['{"a":[5]}', '["a",0]', "0"], "5"],
  ["object.get", ['{"a":1}', "[]", "0"], '{"a":1}'],
  ["object.get", ["[]", '"a"', "0"], "fails"],
  ["object.keys", ['{1:2,"a":3}'], '{1,"a"}'],
  ["object.remove", ['{"a":1,"b":2}', '["a"]'], '{"b":2}'],
  ["object.remove", ['{"a":1,"b":2}', '{"b":null}'], '{"a":1}'],
  ["object.remove", ['{"a":1}', '"a"'], "fails"],
  ["object.filter", ['{"a":1,"b":2}', '{"a","c"}'], '{"a":1}'],
  [
    "object.union",
    ['{"a":{"x":1},"b":1}', '{"a":{"y":2},"b":{"z":1}}'],
    '{"a":{"x":1,"y":2},"b":{"z":1}}',
  ],
  ["object.union", ["{}", "[]"], "fails"],
  ["object.union_n", ['[{"a":{"b":1}},{"a":2},{"a":{"c":3}}]'], '{"a":{"c":3}}'],
  ["object.union_n", ["[]"], "{}"],
  ["object.subset", ['{"a":{"b":1,"c":2}}', '{"a":{"b":1}}'], "true"],
  ["object.subset", ['{"a":1}', '{"a":2}'], "false"],
  ["object.subset", ["[1,2,3]", "[2,3]"], "true"],
  ["object.subset", ["[1,2,3]", "[1,3]"], "false"],
  ["object.subset", ["[1,2]", "{2}"], "true"],
  ["object.subset", ["{1,2}", "{2}"], "true"],
  ["object.subset", ["{1}", "[1]"], "fails"],
];

describe("objects", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
