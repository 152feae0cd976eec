import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parsePointer, pointerValue } from "../src/index.ts";
import type { JsonValue } from "../src/index.ts";

describe("a pointer is read", () => {
  it.each([
    ["", []],
    ["/", [""]],
    ["/a/0", ["a", "0"]],
    ["/a~1b/m~0n", ["a/b", "m~n"]],
    ["/~01", ["~1"]],
    ["//", ["", ""]],
    ["/a\nb/😀", ["a\nb", "😀"]],
  ])("%j as tokens", (pointer, tokens) => {
    expect(parsePointer(pointer)).toEqual(tokens);
  });

  it.each(["a", "#/a", "/~", "/~2", "/a~", "a/b", " /a"])("%j as none", (pointer) => {
    expect(parsePointer(pointer)).toBeUndefined();
    expect(pointerValue({ a: 1 }, pointer)).toBeUndefined();
  });
});

// The example of RFC 6901, section 5.
const document: JsonValue = {
  foo: ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "e^f": 3,
  "g|h": 4,
  "i\\j": 5,
  'k"l': 6,
  " ": 7,
  "m~n": 8,
};

describe("a pointer finds", () => {
  it.each([
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/e^f", 3],
    ["/g|h", 4],
    ["/i\\j", 5],
    ['/k"l', 6],
    ["/ ", 7],
    ["/m~0n", 8],
  ])("what %j names", (pointer, value) => {
    expect(pointerValue(document, pointer)).toEqual(value);
  });

  it.each([
    "/foo/2",
    "/foo/-",
    "/foo/-1",
    "/foo/00",
    "/foo/1e0",
    "/foo/length",
    "/foo/0/0",
    "/FOO",
    "/constructor",
    "/__proto__",
    "/foo/__proto__/length",
  ])("nothing at %j", (pointer) => {
    expect(pointerValue(document, pointer)).toBeUndefined();
  });

  it("an own member of any name", () => {
    const hostile = JSON.parse('{"__proto__": {"constructor": 1}}') as JsonValue;
    expect(pointerValue(hostile, "/__proto__/constructor")).toBe(1);
  });
});

function places(value: JsonValue, pointer: string): [string, JsonValue][] {
  if (typeof value !== "object" || value === null) return [[pointer, value]];
  const below = Object.entries(value).flatMap(([key, member]) =>
    places(member, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return [[pointer, value], ...below];
}

describe("each place of a value", () => {
  test.prop([fc.jsonValue({ maxDepth: 4 })])("is found by its pointer", (json) => {
    for (const [pointer, value] of places(json as JsonValue, "")) {
      expect(pointerValue(json as JsonValue, pointer)).toBe(value);
    }
  });

  test.prop([fc.string({ unit: fc.constantFrom("/", "~", "0", "1", "a") })])(
    "has one pointer, and other texts are none",
    (text) => {
      const tokens = parsePointer(text);
      const written = tokens?.map(
        (token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      );
      expect(written?.join("")).toBe(tokens === undefined ? undefined : text);
    },
  );
});
