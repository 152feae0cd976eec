import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as unitTest } from "vitest";
import { BuiltinError } from "../../../src/builtins/builtin-error.ts";
import { builtins } from "../../../src/builtins/index.ts";
import { RegoObject, RegoSet, type RegoValue } from "../../../src/rego/value.ts";

const sprintf = (format: RegoValue, ...values: readonly RegoValue[]): RegoValue | undefined =>
  builtins["sprintf"]!(format, values);

const table: readonly (readonly [format: string, values: readonly RegoValue[], text: string])[] = [
  ["%d of %s, %v%%", [3, "four", true], "3 of four, true%"],
  // Integers
  ["%5d|%-5d|%05d|%+d|% d", [42, 42, 42, 42, 42], "   42|42   |00042|+42| 42"],
  [
    "%x %X %#x %o %#o %O %b %#b",
    [255, 255, 255, 8, 8, 8, 5, 5],
    "ff FF 0xff 10 010 0o10 101 0b101",
  ],
  ["%c %q %U %#U", [128512, 39, 128512, 65], "😀 '\\'' U+1F600 U+0041 'A'"],
  ["%c|%U", [55296, -1], "\ufffd|U+FFFFFFFFFFFFFFFF"],
  ["%.5d|%8.3d|%.0d|", [42, -7, 0], "00042|    -007||"],
  ["%d %x", [2n ** 64n, -(2n ** 64n)], "18446744073709551616 -10000000000000000"],
  ["%T %T %T %T", [1, 1.5, "a", 2n ** 64n], "int64 float64 string *big.Int"],
  [
    "%q %e",
    [2n ** 64n, 2n ** 64n],
    "%!q(big.Int=18446744073709551616) %!e(big.Int=18446744073709551616)",
  ],
  // Fractions
  [
    "%v %g %f %e %.1f",
    [0.1, 1234567.5, 1.5, 123.456, 0.25],
    "0.1 1.2345675e+06 1.500000 1.234560e+02 0.2",
  ],
  ["%.17g %.3g %#g %G", [1e-7, 99999.95, 1.5, 1e-7], "9.9999999999999995e-08 1e+05 1.50000 1E-07"],
  ["%08.3f|%+.2e|%-8.1f|", [-3.14159, 0.5, 2.5], "-003.142|+5.00e-01|2.5     |"],
  ["%x %.1x %b", [1.5, 0.1, 0.5], "0x1.8p+00 0x1.ap-04 4503599627370496p-53"],
  ["%v %d", [1e21, 1.5], "1e+21 %!d(float64=1.5)"],
  // Texts
  ["%10s|%-4s|%.2s|%04s", ["a", "é", "😀😀😀", "ab"], "         a|é   |😀😀|00ab"],
  ["%q %+q %#q", ["é\n\u200b", "é😀", "a\tb"], '"é\\n\\u200b" "\\u00e9\\U0001f600" `a\tb`'],
  ["%x % X %#x % #x", ["hé", "hé", "hé", "hé"], "68c3a9 68 C3 A9 0x68c3a9 0x68 0xc3 0xa9"],
  ["%#v %#v", ["a", 1], '"a" 1'],
  // All else is its text in Rego
  [
    "%s %v",
    [["a", 1.5, null], RegoObject.of([["k", RegoSet.of([2, 1])]])],
    '["a", 1.5, null] {"k": {1, 2}}',
  ],
  ["%v %d %t", [RegoSet.of([]), [1], true], "set() %!d(string=[1]) %!t(string=true)"],
  // Arguments by number, width and precision from arguments
  ["%[2]d %[1]d %d", [1, 2], "2 1 2"],
  ["%*d|%-*d|%.*f", [4, 1, 4, 2, 1, 2.55], "   1|2   |2.5"],
  ["%[3]*.[2]*[1]f|", [12, 2, 6], "%!f(int64=    12)|"],
  // Mistakes
  ["%d", [], "%!d(MISSING)"],
  ["%d", ["hi"], "%!d(string=hi)"],
  ["a", [1, "b", 1.5], "a%!(EXTRA int64=1, string=b, float64=1.5)"],
  ["%[5]d %[x]d %[]d", [1], "%!d(BADINDEX) %!d(BADINDEX) %!d(BADINDEX)"],
  ["%[]", [1], "%!](BADINDEX)"],
  ["%z %!", [1, 2], "%!z(int64=1) %!!(int64=2)"],
  ["100%", [], "100%!(NOVERB)"],
  ["%*d %.*d", ["x", 1, -1, 2], "%!(BADWIDTH)1 %!(BADPREC)2"],
];

describe("sprintf", () => {
  unitTest.each(table)("formats %s as Go does", (format, values, text) => {
    expect(sprintf(format, ...values)).toBe(text);
  });

  unitTest("fails for a format that is no string and values that are no array", () => {
    expect(() => sprintf(1)).toThrow(BuiltinError);
    expect(() => builtins["sprintf"]!("%d", RegoSet.of([1]))).toThrow(BuiltinError);
  });

  unitTest("fails rather than print an address in memory", () => {
    expect(() => sprintf("%p", 2n ** 64n)).toThrow(BuiltinError);
  });

  unitTest("does not let widths make a text beyond the bound", () => {
    expect(sprintf("%1000000d", 1)).toHaveLength(1_000_000);
    expect(() => sprintf("%1000000d".repeat(20), ...Array.from({ length: 20 }, () => 1))).toThrow(
      BuiltinError,
    );
  });

  test.prop([fc.string({ unit: "binary" }), fc.array(fc.integer())])(
    "answers any format and integers with well-formed text",
    (format, values) => {
      expect(sprintf(format, ...values)).toSatisfy((text: string) => text.isWellFormed());
    },
  );

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
    "prints a fraction so that it reads back",
    (value) => {
      fc.pre(!Number.isInteger(value));
      expect(Number(sprintf("%v", value))).toBe(value);
      expect(Number(sprintf("%.17e", value))).toBe(value);
    },
  );

  test.prop([fc.bigInt()])("prints an integer of any size with all its digits", (value) => {
    expect(sprintf("%d", value)).toBe(value.toString());
  });
});

describe("format_int", () => {
  unitTest.each([
    [10, 2, "1010"],
    [-255, 16, "-ff"],
    [64, 8, "100"],
    [15.9, 16, "f"],
    [-15.9, 10, "-15"],
    [2n ** 64n + 1n, 16, "10000000000000001"],
  ] as const)("writes %s in base %s", (value, base, text) => {
    expect(builtins["format_int"]!(value, base)).toBe(text);
  });

  unitTest("fails for any other base", () => {
    expect(() => builtins["format_int"]!(1, 3)).toThrow(BuiltinError);
  });
});

describe("internal.template_string", () => {
  const template = builtins["internal.template_string"]!;

  unitTest("joins texts and computed parts, an undefined one as `<undefined>`", () => {
    const parts = [
      "a ",
      RegoSet.of(["b"]),
      " ",
      RegoSet.of([]),
      " ",
      RegoSet.of([["c", 1]]),
      " ",
      1.5,
      true,
      null,
    ];
    expect(template(parts)).toBe('a b <undefined> ["c", 1] 1.5truenull');
  });

  unitTest("fails for a part with several values or that is no part", () => {
    expect(() => template([RegoSet.of([1, 2])])).toThrow(BuiltinError);
    expect(() => template([[1]])).toThrow(BuiltinError);
    expect(() => template("a")).toThrow(BuiltinError);
  });
});
