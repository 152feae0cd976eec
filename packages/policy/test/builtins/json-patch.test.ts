import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["json.patch", ['{"a":[1,2]}', '[{"op":"add","path":"/a/-","value":3}]'], '{"a":[1,2,3]}'],
  ["json.patch", ['{"a":[1,2]}', '[{"op":"add","path":"a/0","value":0}]'], '{"a":[0,1,2]}'],
  ["json.patch", ['{"a":1}', '[{"op":"remove","path":"/a"}]'], "{}"],
  ["json.patch", ['{"a":1}', '[{"op":"remove","path":"/b"}]'], "fails"],
  ["json.patch", ['{"a":1}', '[{"op":"replace","path":"/a","value":{"b":2}}]'], '{"a":{"b":2}}'],
  [
    "json.patch",
    [
      '{"a":1,"b":2}',
      '[{"op":"move","from":"/a","path":"/c"},{"op":"copy","from":"/b","path":"/d"}]',
    ],
    '{"b":2,"c":1,"d":2}',
  ],
  ["json.patch", ['{"a":1}', '[{"op":"test","path":"/a","value":1}]'], '{"a":1}'],
  ["json.patch", ['{"a":1}', '[{"op":"test","path":"/a","value":2}]'], "fails"],
  ["json.patch", ["{1:{2}}", '[{"op":"add","path":[1,3],"value":3}]'], "{1:{2,3}}"],
  ["json.patch", ['{"a":1}', '[{"op":"add","path":"","value":[1]}]'], "[1]"],
  ["json.patch", ['{"a":1}', '[{"op":"nop","path":"/a"}]'], "fails"],
  ["json.patch", ['{"a":1}', '[{"path":"/a"}]'], "fails"],
  ["json.patch", ["[1]", '[{"op":"add","path":"/5","value":2}]'], "fails"],
  ["json.patch", ["[1]", '[{"op":"add","path":"/01","value":2}]'], "fails"],
  ["json.patch", ["[1]", "[1]"], "fails"],
];

describe("json patches", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
