import { expect, test } from "vitest";
import { readResultSet } from "../../src/wasm/result-set.ts";

function codeOf(text: string): string {
  const answer = readResultSet(text);
  return answer.kind === "failed" ? answer.code : "value";
}

test("an empty result set is `engine:undefined`", () => {
  expect(codeOf("set()")).toBe("engine:undefined");
});

test.for([
  ['{{"result": {"a": [1, null, "x"]}}}', { a: [1, null, "x"] }],
  ['{{"result": false}}', false],
  ['{{"result": set()}}', []],
  ['{{"result": {"b", 2, "a", 10}}}', [2, 10, "a", "b"]],
  ['{{"result": {1: {"x"}, {2}: 3}}}', { 1: ["x"], "[2]": 3 }],
  ['{{"result": 9007199254740993}}', Number("9007199254740993")],
  ['{{"result": {9007199254740993}}}', [Number("9007199254740993")]],
] as const)("%s is a value", ([text, value]) => {
  expect(readResultSet(text)).toEqual({ kind: "value", value });
});

test.for([
  "",
  "{}",
  "[]",
  "null",
  "{{}}",
  "{1}",
  '{"result": 1}',
  '{{"result": 1}, {"result": 2}}',
  '{{"result": 1}',
  '{{"result": nonsense}}',
])("`%s` is malformed", (text) => {
  expect(codeOf(text)).toBe("engine:evaluation_failed");
});
