import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as unitTest } from "vitest";
import { BuiltinError } from "../../../src/builtins/builtin-error.ts";
import { builtins } from "../../../src/builtins/index.ts";
import { RegoObject, RegoSet, type RegoValue } from "../../../src/rego/value.ts";

type Case = readonly [name: string, args: readonly RegoValue[], result: RegoValue];

const call = (name: string, ...args: readonly RegoValue[]): RegoValue | undefined =>
  builtins[name]!(...args);

const results: readonly Case[] = [
  ["concat", [", ", ["a", "b"]], "a, b"],
  ["concat", ["-", RegoSet.of(["b", "a"])], "a-b"],
  ["concat", ["-", []], ""],
  ["contains", ["héllo", "él"], true],
  ["startswith", ["abc", "ab"], true],
  ["endswith", ["abc", "ab"], false],
  ["indexof", ["a😀b😀", "b"], 2],
  ["indexof", ["abc", "x"], -1],
  ["indexof_n", ["aaa😀aa", "aa"], [0, 1, 4]],
  ["indexof_n", ["abc", "x"], []],
  ["strings.count", ["cheese", "e"], 3],
  ["strings.count", ["aaa", "aa"], 1],
  ["strings.count", ["é😀", ""], 3],
  ["strings.any_prefix_match", [["foo", "bar"], RegoSet.of(["ba", "x"])], true],
  ["strings.any_prefix_match", ["foo", ["o"]], false],
  ["strings.any_suffix_match", ["foo😀", ["😀"]], true],
  ["strings.any_suffix_match", [[], "a"], false],
  ["lower", ["ÀΣİẞ"], "àσiß"],
  ["upper", ["àßŉᾳᾀ\u019b"], "Àßŉᾼᾈ\u019b"],
  ["split", ["a,b,,c", ","], ["a", "b", "", "c"]],
  ["split", ["é😀", ""], ["é", "😀"]],
  ["split", ["", ""], []],
  ["split", ["", ","], [""]],
  ["strings.split_n", ["a.b.c", ".", 2], ["a", "b"]],
  ["strings.split_n", ["a.b.c", ".", -2], ["b", "c"]],
  ["strings.split_n", ["a.b.c", ".", 0], []],
  ["strings.split_n", ["a.b.c", ".", 9], ["a", "b", "c"]],
  ["substring", ["a😀éb", 1, 2], "😀é"],
  ["substring", ["abc", 1, -1], "bc"],
  ["substring", ["abc", 5, 2], ""],
  ["strings.reverse", ["a😀é"], "é😀a"],
  ["replace", ["banana", "an", "x"], "bxxa"],
  ["replace", ["ab", "", "-"], "-a-b-"],
  ["replace", ["é", "", ""], "é"],
  [
    "strings.replace_n",
    [
      RegoObject.of([
        ["<", "&lt;"],
        [">", "&gt;"],
      ]),
      "<b>",
    ],
    "&lt;b&gt;",
  ],
  [
    "strings.replace_n",
    [
      RegoObject.of([
        ["a", "1"],
        ["ab", "2"],
      ]),
      "abab",
    ],
    "1b1b",
  ],
  [
    "strings.replace_n",
    [
      RegoObject.of([
        ["", "X"],
        ["b", "Y"],
      ]),
      "ab",
    ],
    "XaXYX",
  ],
  ["trim", ["xxayx", "xy"], "a"],
  ["trim", ["😀a😀", "😀"], "a"],
  ["trim_left", ["xxax", "x"], "ax"],
  ["trim_right", ["xaxx", "x"], "xa"],
  ["trim_prefix", ["aab", "a"], "ab"],
  ["trim_suffix", ["abb", "b"], "ab"],
  ["trim_space", ["\u0085\u00a0 \t\na b\u3000"], "a b"],
  ["trim_space", ["\ufeffa"], "\ufeffa"],
];

const failures: readonly (readonly [name: string, args: readonly RegoValue[]])[] = [
  ["concat", [",", ["a", 1]]],
  ["concat", [",", "a"]],
  ["indexof", ["abc", ""]],
  ["indexof_n", ["abc", ""]],
  ["substring", ["abc", -1, 2]],
  ["substring", ["abc", 1.5, 2]],
  ["strings.any_prefix_match", [["a", 1], "a"]],
  ["strings.any_suffix_match", ["a", 1]],
  ["strings.split_n", ["a", ".", 2 ** 63]],
  ["strings.replace_n", [RegoObject.of([[1, "a"]]), "a"]],
  ["strings.replace_n", [RegoObject.of([["a", 1]]), "a"]],
  // Between the bytes of a character Go would make text that is not UTF-8.
  ["replace", ["é", "", "-"]],
  ["lower", [1]],
  ["trim_space", [null]],
  ["contains", ["a", 1]],
];

describe("texts", () => {
  unitTest.each(results)("%s of %j is %j", (name, args, result) => {
    expect(call(name, ...args)).toEqual(result);
  });

  unitTest.each(failures)("%s of %j fails", (name, args) => {
    expect(() => call(name, ...args)).toThrow(BuiltinError);
  });

  unitTest("joining and replacing do not make a text beyond the bound", () => {
    const long = "a".repeat(1 << 20);
    expect(() =>
      call(
        "concat",
        long,
        Array.from({ length: 20 }, () => "b"),
      ),
    ).toThrow(BuiltinError);
    expect(() => call("replace", long, "a", "b".repeat(20))).toThrow(BuiltinError);
  });

  unitTest("finds each place of a text that overlaps itself everywhere", () => {
    expect(call("indexof_n", "a".repeat(100_000), "a".repeat(50_000))).toHaveLength(50_001);
  });

  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀", " "), maxLength: 12 });

  test.prop([text, text])("split and concat undo each other", (whole, delimiter) => {
    expect(call("concat", delimiter, call("split", whole, delimiter)!)).toBe(whole);
  });

  test.prop([text, text])("substring finds at `indexof` what was searched for", (whole, part) => {
    fc.pre(part !== "");
    const at = call("indexof", whole, part) as number;
    expect(call("contains", whole, part)).toBe(at !== -1);
    if (at !== -1) expect(call("substring", whole, at, Array.from(part).length)).toBe(part);
  });

  test.prop([fc.array(text), fc.array(text)])(
    "any_prefix_match holds exactly where one text starts with one prefix",
    (texts, prefixes) => {
      const expected = texts.some((one) => prefixes.some((prefix) => one.startsWith(prefix)));
      expect(call("strings.any_prefix_match", texts, prefixes)).toBe(expected);
    },
  );

  test.prop([fc.array(text), fc.array(text)])(
    "any_suffix_match holds exactly where one text ends with one suffix",
    (texts, suffixes) => {
      const expected = texts.some((one) => suffixes.some((suffix) => one.endsWith(suffix)));
      expect(call("strings.any_suffix_match", texts, suffixes)).toBe(expected);
    },
  );

  test.prop([text])("reversing twice changes nothing", (whole) => {
    expect(call("strings.reverse", call("strings.reverse", whole)!)).toBe(whole);
  });
});
