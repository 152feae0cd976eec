import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parseRegoText, printRegoText, RegoTextError } from "../../src/rego/text.ts";
import { equalValues, RegoObject, RegoSet, type RegoValue } from "../../src/rego/value.ts";
import { regoValue } from "./rego-values.ts";

describe("Rego's text", () => {
  test("reads back as the value that was written", () => {
    fc.assert(
      fc.property(regoValue, (value) => {
        const text = printRegoText(value);
        const read = parseRegoText(text);
        expect(equalValues(read, value)).toBe(true);
        expect(printRegoText(read)).toBe(text);
      }),
    );
  });

  const written: readonly (readonly [value: RegoValue, text: string])[] = [
    [-0, "0"],
    [1e21, "1000000000000000000000"],
    [1e-7, "1e-07"],
    [2n ** 70n, "1180591620717411303424"],
    ['a"\n\u{1f600}', '"a\\"\\n\u{1f600}"'],
    [RegoSet.of([]), "set()"],
    [RegoSet.of([2, 1, 2]), "{1,2}"],
    [RegoObject.of([]), "{}"],
    [RegoObject.of([[[1], RegoSet.of(["a"])]]), '{[1]:{"a"}}'],
  ];

  test.each(written)("%o is written as %s", (value, text) => {
    expect(printRegoText(value)).toBe(text);
  });

  test("spaces, escapes and equal keys are read", () => {
    const value = parseRegoText(' { "a" : [ 1 , 2.50 ] , "a\\u0062" : set( ) , "a" : {1 , 1} } ');
    expect(printRegoText(value)).toBe('{"a":{1},"ab":set()}');
  });

  test("an integer keeps all its digits, and a point without digits is let through", () => {
    expect(parseRegoText("123456789012345678901234567890")).toBe(123456789012345678901234567890n);
    expect(parseRegoText("1.")).toBe(1);
    expect(parseRegoText("-1.5e3")).toBe(-1500);
  });

  const malformed = [
    "",
    " ",
    "nul",
    "tru",
    "set(",
    "set",
    "[1",
    "[1,",
    "[1 2]",
    "{1:2",
    "{1:2,3}",
    "{1,2",
    "{1,",
    '"a',
    '"\\x"',
    '["a\nb"]',
    "01",
    "+1",
    "1e",
    "--1",
    ".5",
    "1 2",
    "NaN",
    "Infinity",
    "'a'",
    "[1,]",
    "{,}",
    "undefined",
  ];

  test.each(malformed)("%j is refused", (text) => {
    expect(() => parseRegoText(text)).toThrow(RegoTextError);
  });

  test("says where a text goes wrong", () => {
    expect(() => parseRegoText("[1,x]")).toThrow(expect.objectContaining({ offset: 3 }));
  });

  test("nesting that could overflow the stack is refused", () => {
    expect(() => parseRegoText("[".repeat(100_000))).toThrow(RegoTextError);
    expect(parseRegoText(`${"[".repeat(900)}${"]".repeat(900)}`)).toHaveLength(1);
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "\ud800",
    undefined,
    () => 1,
    new Map(),
    new Date(),
  ])("%o is no Rego value to write", (value) => {
    expect(() => printRegoText(value as RegoValue)).toThrow(TypeError);
    expect(() => printRegoText([value as RegoValue])).toThrow(TypeError);
  });

  test("a hole in an array is refused", () => {
    // eslint-disable-next-line unicorn/no-new-array -- the hole is what is tested
    expect(() => printRegoText(new Array<RegoValue>(1))).toThrow(TypeError);
  });
});
