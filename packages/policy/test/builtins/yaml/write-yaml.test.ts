import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  [
    "yaml.marshal",
    ['{"b":[1,{"c":null,"d":[]}],"a":{}}'],
    '"a: {}\\nb:\\n  - 1\\n  - c: null\\n    d: []\\n"',
  ],
  ["yaml.marshal", ['"a"'], '"a\\n"'],
  ["yaml.marshal", ['""'], '"\\"\\"\\n"'],
  ["yaml.marshal", ['"yes"'], '"\\"yes\\"\\n"'],
  ["yaml.marshal", ['"1"'], '"\\"1\\"\\n"'],
  ["yaml.marshal", ['"1.0"'], '"\\"1.0\\"\\n"'],
  ["yaml.marshal", ['"null"'], '"\\"null\\"\\n"'],
  ["yaml.marshal", ['"2001-01-01"'], '"\\"2001-01-01\\"\\n"'],
  ["yaml.marshal", ['"12:30"'], '"\\"12:30\\"\\n"'],
  ["yaml.marshal", ['"a: b"'], "\"'a: b'\\n\""],
  ["yaml.marshal", ['"- a"'], "\"'- a'\\n\""],
  ["yaml.marshal", ['"#a"'], "\"'#a'\\n\""],
  ["yaml.marshal", ['" a"'], "\"' a'\\n\""],
  ["yaml.marshal", ['"it\'s: x"'], "\"'it''s: x'\\n\""],
  ["yaml.marshal", ['"a\\tb"'], '"\\"a\\\\tb\\"\\n"'],
  ["yaml.marshal", ['"a\\nb"'], '"|-\\n  a\\n  b\\n"'],
  ["yaml.marshal", ['"a\\n"'], '"|\\n  a\\n"'],
  ["yaml.marshal", ['"a\\n\\n"'], '"|+\\n  a\\n\\n"'],
  ["yaml.marshal", ['" a\\nb"'], '"|2-\\n   a\\n  b\\n"'],
  ["yaml.marshal", ['"a \\nb"'], '"\\"a \\\\nb\\"\\n"'],
  ["yaml.marshal", ['["a\\nb"]'], '"- |-\\n  a\\n  b\\n"'],
  ["yaml.marshal", ['{"a\\nb":1}'], '"? |-\\n  a\\n  b\\n: 1\\n"'],
  ["yaml.marshal", ['{"k":"a\\nb"}'], '"k: |-\\n  a\\n  b\\n"'],
  ["yaml.marshal", ['"😀"'], '"\\"\\\\U0001F600\\"\\n"'],
  ["yaml.marshal", ['"é"'], '"é\\n"'],
  ["yaml.marshal", ['"\\u0000"'], '"\\"\\\\0\\"\\n"'],
  ["yaml.marshal", ["[[1],[[2]]]"], '"- - 1\\n- - - 2\\n"'],
  ["yaml.marshal", ['[{"a":1,"b":2}]'], '"- a: 1\\n  b: 2\\n"'],
  ["yaml.marshal", ["1.5"], '"1.5\\n"'],
  ["yaml.marshal", ["1234567.5"], '"1.2345675e+06\\n"'],
  ["yaml.marshal", ["0.00001"], '"1e-05\\n"'],
  ["yaml.marshal", ["18446744073709551616"], '"1.8446744073709552e+19\\n"'],
  ["yaml.marshal", ['{1:{2},"x":true}'], '"\\"1\\":\\n  - 2\\nx: true\\n"'],
  [
    "yaml.marshal",
    ['{"a10":1,"a9":2,"b":3,"A":4,"_":5}'],
    '"_: 5\\nA: 4\\na9: 2\\na10: 1\\nb: 3\\n"',
  ],
  ["yaml.marshal", ['"\\u007f"'], "fails"],
  [
    "yaml.marshal",
    [
      '{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":1}',
    ],
    '"? xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\n: 1\\n"',
  ],
];

describe("writing yaml", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
