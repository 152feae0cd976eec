import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["urlquery.encode", ['"a b&é~"'], '"a+b%26%C3%A9~"'],
  ["urlquery.decode", ['"a+b%26%C3%A9"'], '"a b&é"'],
  ["urlquery.decode", ['"%zz"'], "fails"],
  ["urlquery.encode_object", ['{"a":["1","2"],"b":"x","c":{"y"}}'], '"a=1&a=2&b=x&c=y"'],
  ["urlquery.encode_object", ['{"a":1}'], "fails"],
  ["urlquery.decode_object", ['"a=1&b=2&a=3&c"'], '{"a":["1","3"],"b":["2"],"c":[""]}'],
  ["urlquery.decode_object", ['"a;b"'], "fails"],
  [
    "uri.parse",
    ['"https://user@example.com:8080/a%2Fb?q=1#f"'],
    '{"fragment":"f","hostname":"example.com","path":"/a/b","port":"8080","raw_path":"/a%2Fb","raw_query":"q=1","scheme":"https"}',
  ],
  ["uri.parse", ['"/relative"'], '{"path":"/relative","raw_path":"/relative"}'],
  ["uri.parse", ['"http://[::1"'], "fails"],
  ["uri.is_valid", ['"https://a"'], "true"],
  ["uri.is_valid", ['"http://[::1"'], "false"],
];

describe("urls", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
