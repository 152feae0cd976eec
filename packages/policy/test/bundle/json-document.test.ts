import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { canonicalDocument, parseJsonDocument } from "../../src/bundle/json-document.ts";

describe("the text that is digested is the one of OPA", () => {
  it.each<[string, string, string]>([
    ["white space", ' { "b" : [ 1 , null ] , "a" : true } ', '{"a":true,"b":[1,null]}'],
    [
      "numbers as written",
      "[1.0,1e3,-0,12345678901234567890]",
      "[1.0,1e3,-0,12345678901234567890]",
    ],
    [
      "names by bytes",
      '{"\u{1f600}":1,"\uffee":2,"10":3,"9":4}',
      '{"10":3,"9":4,"\uffee":2,"\u{1f600}":1}',
    ],
    ["the last of equal names", '{"a":1,"a":2}', '{"a":2}'],
    ["a member called __proto__", '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
    ["no HTML escapes", '"\\u003c&>"', '"<&>"'],
    ["escapes of Go", '"\\/\\b\\f\\n\\r\\t\\u0001\\u007f"', '"/\\b\\f\\n\\r\\t\\u0001\u007f"'],
    ["separators escaped", '"\u2028\u2029"', '"\\u2028\\u2029"'],
    ["a lone surrogate replaced", '"\\ud800"', '"\ufffd"'],
    ["nothing in it", '[{},[],""]', '[{},[],""]'],
  ])("%s", (_, text, canonical) => {
    expect(canonicalDocument(parseJsonDocument(text))).toBe(canonical);
  });
});

it("what is no JSON is no document", () => {
  expect(() => parseJsonDocument("{a:1}")).toThrow(SyntaxError);
});

test.prop([fc.jsonValue()])("the text is JSON of the same value", (value) => {
  const text = JSON.stringify(value);
  expect(JSON.parse(canonicalDocument(parseJsonDocument(text)))).toEqual(JSON.parse(text));
});
