import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as unitTest } from "vitest";
import { BuiltinError } from "../../../src/builtins/builtin-error.ts";
import { builtins } from "../../../src/builtins/index.ts";
import type { RegoValue } from "../../../src/rego/value.ts";

type Case = readonly [name: string, args: readonly RegoValue[], result: RegoValue];

const call = (name: string, ...args: readonly RegoValue[]): RegoValue | undefined =>
  builtins[name]!(...args);

const results: readonly Case[] = [
  ["regex.match", ["^a.c$", "abc"], true],
  ["regex.match", ["^a.c$", "a\nc"], false],
  ["regex.match", ["(?s)^a.c\\z", "a\nc"], true],
  ["regex.match", ["^a$", "a\n"], false],
  ["regex.match", ["(?i)straße", "STRASSE"], false],
  ["regex.match", ["(?i)k", "\u212a"], true],
  ["regex.match", ["\\pL\\p{Greek}[[:digit:]]", "aα1"], true],
  ["regex.match", ["^\\p{lowercase-letter}\\p{latin}$", "ab"], true],
  ["regex.match", ["\\Q\\p{latin}\\E", "\\p{latin}"], true],
  ["regex.match", ["\\d", "٣"], false],
  ["regex.match", ["^.$", "😀"], true],
  ["re_match", ["b+", "abbc"], true],
  ["regex.split", [",+", "a,,b,"], ["a", "b", ""]],
  ["regex.split", ["", "aé😀"], ["a", "é", "😀"]],
  ["regex.split", ["a", ""], [""]],
  ["regex.split", ["", ""], []],
  ["regex.find_n", ["[ab]", "xaybz", -1], ["a", "b"]],
  ["regex.find_n", ["a*", "baac", -1], ["", "aa", ""]],
  ["regex.find_n", ["a", "aaa", 2], ["a", "a"]],
  ["regex.find_n", ["a", "aaa", 0], []],
  [
    "regex.find_all_string_submatch_n",
    ["(a)(b)?", "ab a", -1],
    [
      ["ab", "a", "b"],
      ["a", "a", ""],
    ],
  ],
  ["regex.replace", ["foo bar", "(?P<first>\\w+) (\\w+)", "$2 ${first}"], "bar foo"],
  ["regex.replace", ["a", "(a)", "$1x|${1}x|$$|$|$9|${"], "|ax|$|$||${"],
  ["regex.replace", ["abc", "", "-"], "-a-b-c-"],
  ["regex.replace", ["abc", "^[a-z]", "X"], "Xbc"],
  ["regex.template_match", ["urn:<[a-z]+>.x", "urn:abc.x", "<", ">"], true],
  ["regex.template_match", ["urn:<[a-z]+>.x", "urn:abcdx", "<", ">"], false],
  ["regex.template_match", ["{a|b}c", "bc", "{", "}"], true],
  ["regex.is_valid", ["a(b"], false],
  ["regex.is_valid", ["a{1001}"], false],
  ["regex.is_valid", [1], false],
];

const notGo = [
  "(?=a)",
  "(?!a)",
  "(?<=a)",
  "\\1",
  "a++",
  "a**",
  "(?>a)",
  "\\Z",
  "\\u0041",
  "[a",
  "(?x)a",
  "\\p{Nope}",
];

const failures: readonly (readonly [name: string, args: readonly RegoValue[]])[] = [
  ["regex.match", ["(", "a"]],
  ["regex.match", ["a", 1]],
  ["regex.split", ["(", "a"]],
  ["regex.find_n", ["a", "a", 1.5]],
  ["regex.replace", ["a", "(", "b"]],
  ["regex.template_match", ["<a", "a", "<", ">"]],
  ["regex.template_match", ["<)(>", "a", "<", ">"]],
  ["regex.template_match", ["<a>", "a", "<<", ">"]],
  ["regex.template_match", ["<a>", "a", "é", ">"]],
  // Valid in Go; the engine cannot say.
  ["regex.is_valid", ["(?P<n>a)(?P<n>b)"]],
];

describe("regular expressions", () => {
  unitTest.each(results)("%s of %j is %j", (name, args, result) => {
    expect(call(name, ...args)).toEqual(result);
  });

  unitTest.each(failures)("%s of %j fails", (name, args) => {
    expect(() => call(name, ...args)).toThrow(BuiltinError);
  });

  unitTest.each(notGo)("%j is no pattern of Go's", (pattern) => {
    expect(call("regex.is_valid", pattern)).toBe(false);
    expect(() => call("regex.match", pattern, "a")).toThrow(BuiltinError);
  });

  // Backtracking would not end before the test's time is over.
  unitTest.each(["(a+)+b$", "(a|a)*b$", "(.*)*x", "a*a*a*a*a*a*a*a*b"])(
    "%s does not match a long text in linear time",
    (pattern) => {
      expect(call("regex.match", pattern, `${"a".repeat(20_000)}!`)).toBe(false);
    },
  );

  unitTest("a pattern that is too long and a text too long for its pattern fail", () => {
    expect(() => call("regex.match", "a".repeat(20_000), "a")).toThrow(BuiltinError);
    expect(() => call("regex.match", "(a{1000}b){1}", "a".repeat(1 << 20))).toThrow(BuiltinError);
  });

  unitTest("a long text with many matches fails where each search may look at all of it", () => {
    const text = "ab".repeat(10_000);
    expect(call("regex.find_n", "[ab]", text, -1)).toHaveLength(20_000);
    expect(() => call("regex.find_n", "a.*c|[ab]", text, -1)).toThrow(BuiltinError);
    expect(call("regex.find_n", "a.*c|[ab]", text, 2)).toEqual(["a", "b"]);
  });

  unitTest("a failure does not repeat the pattern", () => {
    expect(() => call("regex.match", "(secret", "a")).not.toThrow(/secret/u);
  });

  test.prop([fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })])(
    "the pieces of a split and the matches between them make the text again",
    (pattern, text) => {
      fc.pre(pattern !== "" && text !== "");
      const quoted = pattern.replaceAll(/[\\.+*?()|[\]{}^$]/gu, String.raw`\$&`);
      const pieces = call("regex.split", quoted, text) as readonly string[];
      expect(pieces.join(pattern)).toBe(text);
    },
  );
});
