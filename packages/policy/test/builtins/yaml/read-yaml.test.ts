import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["yaml.unmarshal", ['""'], "null"],
  ["yaml.unmarshal", ['"null"'], "null"],
  ["yaml.unmarshal", ['"~"'], "null"],
  ["yaml.unmarshal", ['"yes"'], '"yes"'],
  ["yaml.unmarshal", ['"True"'], "true"],
  ["yaml.unmarshal", ['"0777"'], "511"],
  ["yaml.unmarshal", ['"0o17"'], "15"],
  ["yaml.unmarshal", ['"0x1F"'], "31"],
  ["yaml.unmarshal", ['"1_000"'], "1000"],
  ["yaml.unmarshal", ['"08"'], "8"],
  ["yaml.unmarshal", ['"1e3"'], "1000"],
  ["yaml.unmarshal", ['".5"'], "0.5"],
  ["yaml.unmarshal", ['".inf"'], "fails"],
  ["yaml.unmarshal", ['"18446744073709551616"'], "18446744073709552000"],
  ["yaml.unmarshal", ['"2001-01-01"'], '"2001-01-01"'],
  ["yaml.unmarshal", ['"\\"a\\\\u00e9\\""'], '"aé"'],
  ["yaml.unmarshal", ["\"'it''s'\""], '"it\'s"'],
  ["yaml.unmarshal", ['"a: 1\\na: 2"'], '{"a":2}'],
  ["yaml.unmarshal", ['"a: {b: [1, c]}"'], '{"a":{"b":[1,"c"]}}'],
  ["yaml.unmarshal", ['"- 1\\n- - 2"'], "[1,[2]]"],
  ["yaml.unmarshal", ['"a: |\\n  x\\n  y\\n"'], '{"a":"x\\ny\\n"}'],
  ["yaml.unmarshal", ['"a: >-\\n  x\\n  y"'], '{"a":"x y"}'],
  ["yaml.unmarshal", ['"1: a"'], '{"1":"a"}'],
  ["yaml.unmarshal", ['"1.5: a"'], '{"1.5":"a"}'],
  ["yaml.unmarshal", ['"1000000.0: a"'], '{"1e+06":"a"}'],
  ["yaml.unmarshal", ['"true: a"'], '{"true":"a"}'],
  ["yaml.unmarshal", ['"~: a"'], "fails"],
  ["yaml.unmarshal", ['"[a]: b"'], "fails"],
  ["yaml.unmarshal", ['"a: &x {b: 1}\\nc: {<<: *x, d: 2}"'], '{"a":{"b":1},"c":{"b":1,"d":2}}'],
  ["yaml.unmarshal", ['"z: {<<: [{a: 1}, {a: 2, b: 3}], b: 4}"'], '{"z":{"a":1,"b":4}}'],
  ["yaml.unmarshal", ['"z: {<<: 1}"'], "fails"],
  ["yaml.unmarshal", ['"a: *x"'], "fails"],
  ["yaml.unmarshal", ['"a: &x [*x]"'], "fails"],
  ["yaml.unmarshal", ['"a: !!str 1"'], '{"a":"1"}'],
  ["yaml.unmarshal", ['"a: !!int x"'], "fails"],
  ["yaml.unmarshal", ['"a: !!float 1"'], '{"a":1}'],
  ["yaml.unmarshal", ['"a: !!binary aGk="'], '{"a":"hi"}'],
  ["yaml.unmarshal", ['"a: !foo 1"'], '{"a":"1"}'],
  ["yaml.unmarshal", ['"a: 1\\n---\\nb: 2"'], '{"a":1}'],
  ["yaml.unmarshal", ['"a: ["'], "fails"],
  ["yaml.unmarshal", ['"a: b: c"'], "fails"],
  ["yaml.unmarshal", ['"\\ta: 1"'], "fails"],
  ["yaml.unmarshal", ['"  a:\\nb: 1"'], "fails"],
  ["yaml.unmarshal", ['"a: \\u0001"'], "fails"],
  ["yaml.unmarshal", ['"%YAML 1.2\\n---\\na"'], "fails"],
  ["yaml.unmarshal", ["1"], "fails"],
  ["yaml.is_valid", ['"a: 1"'], "true"],
  ["yaml.is_valid", ['"a: ["'], "false"],
  ["yaml.is_valid", ["1"], "false"],
];

describe("reading yaml", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
