import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  [
    "json.marshal",
    ['{"b":{1,2},"a":"<&>"}'],
    '"{\\"a\\":\\"\\\\u003c\\\\u0026\\\\u003e\\",\\"b\\":[1,2]}"',
  ],
  ["json.marshal", ["{[1]:null}"], '"{\\"[1]\\":null}"'],
  [
    "json.marshal_with_options",
    ['{"a":[1,{}]}', '{"pretty":true}'],
    '"{\\n\\t\\"a\\": [\\n\\t\\t1,\\n\\t\\t{}\\n\\t]\\n}"',
  ],
  ["json.marshal_with_options", ["[1]", '{"indent":" ","prefix":">"}'], '">[\\n> 1\\n>]"'],
  ["json.marshal_with_options", ["[1]", '{"x":1}'], "fails"],
  ["json.unmarshal", ['"{\\"a\\":1,\\"a\\":2}"'], '{"a":2}'],
  ["json.unmarshal", ['"[12345678901234567890,1.5e3]"'], "[12345678901234567890,1500]"],
  ["json.unmarshal", ['"\\"\\\\u00e9\\\\ud800\\""'], '"é�"'],
  ["json.unmarshal", ['"{a:1}"'], "fails"],
  ["json.unmarshal", ['"[1,]"'], "fails"],
  ["json.unmarshal", ['"01"'], "fails"],
  ["json.unmarshal", ['"1 2"'], "fails"],
  ["json.unmarshal", ['""'], "fails"],
  ["json.unmarshal", ["1"], "fails"],
  ["json.is_valid", ['"[1]"'], "true"],
  ["json.is_valid", ['"[1"'], "false"],
  ["json.is_valid", ["1"], "false"],
  ["json.filter", ['{"a":{"b":1,"c":2},"d":[1,2]}', '["a/b","/d/1"]'], '{"a":{"b":1},"d":[2]}'],
  ["json.filter", ['{"a":1}', '[["a","b"],"x"]'], '{"a":1}'],
  ["json.filter", ['{"a~b":1,"c/d":2}', '["a~0b"]'], '{"a~b":1}'],
  ["json.filter", ['{"a":1}', '"a"'], "fails"],
  ["json.remove", ['{"a":{"b":1,"c":2},"d":[1,2,3]}', '["a/b","d/1"]'], '{"a":{"c":2},"d":[1,3]}'],
  ["json.remove", ['{"a":1}', '{"a"}'], "{}"],
  ["json.remove", ["[]", "[]"], "fails"],
];

describe("json", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
