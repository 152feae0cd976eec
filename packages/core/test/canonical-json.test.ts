import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../src/index.ts";
import { canonicalJson } from "../src/index.ts";

const json = fc.jsonValue({ stringUnit: "grapheme" }) as fc.Arbitrary<JsonValue>;

function reversed(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}

describe("the vectors of RFC 8785", () => {
  it("section 3.2.2: numbers, a string and literals", () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as JsonValue;
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("section 3.2.3: members by UTF-16 code units", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\u{1f600}": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(canonicalJson(value).match(/"[A-Z][^"]*"/gu)).toEqual([
      '"Carriage Return"',
      '"One"',
      '"Control"',
      '"Latin Small Letter O With Diaeresis"',
      '"Euro Sign"',
      '"Emoji: Grinning Face"',
      '"Hebrew Letter Dalet With Dagesh"',
    ]);
  });

  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("appendix B: the double %s is written %s", (bits, text) => {
    const double = new DataView(new ArrayBuffer(8));
    double.setBigUint64(0, BigInt(`0x${bits}`));
    expect(canonicalJson(double.getFloat64(0))).toBe(text);
  });
});

describe("any value", () => {
  test.prop([json])("reads back as itself", (value) => {
    // `-0` and `0` are one number in canonical JSON.
    expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });

  test.prop([json])("has one text, whatever the order of its members", (value) => {
    expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
  });

  it("keeps a member called `__proto__`", () => {
    expect(canonicalJson(JSON.parse('{"__proto__": 1}') as JsonValue)).toBe('{"__proto__":1}');
  });
});

it.each([
  ["NaN", Number.NaN],
  ["an infinity", Number.NEGATIVE_INFINITY],
  ["a lone surrogate", "\ud800"],
  ["a lone surrogate in a name", { "\udc00": 1 }],
  ["undefined", undefined],
  ["undefined in an array", [undefined]],
  ["a bigint", 1n],
  ["a function", () => 1],
])("%s is not JSON", (_, value) => {
  expect(() => canonicalJson(value as JsonValue)).toThrow(TypeError);
});
