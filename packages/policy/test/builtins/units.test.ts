import { describe, expect, test } from "vitest";
import { BuiltinError } from "../../src/builtins/builtin-error.ts";
import { builtins } from "../../src/builtins/index.ts";

const parse = builtins["units.parse"]!;
const parseBytes = builtins["units.parse_bytes"]!;

const neither = [
  "",
  "Ki",
  "1 Ki",
  "1x",
  "1.2.3",
  "1-2",
  ".",
  "e5",
  "1e5e3",
  "1e1000000",
  "1_000",
  "0x10",
  "1e999999",
];

describe("units.parse", () => {
  test.each([
    ["10", 10],
    ["100m", 0.1],
    ["1000m", 1],
    ["1.5K", 1500],
    ["1Ki", 1024],
    ["2KI", 2048],
    ["1M", 1_000_000],
    ["0.5Gi", 536_870_912],
    ["3E", 3n * 10n ** 18n],
    ["1ei", 2n ** 60n],
    ["1e3", 1000],
    ["1e3k", 1_000_000],
    ["-2.5", -2.5],
    ["0.00000000005", 0.0000000001],
    ["0.00000000004", 0],
    ['"1"k', 1000],
    ["010", 10],
    ["5.", 5],
  ])("of `%s` is %s", (text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each([...neither, "1kb", "1MM"])("of `%s` fails", (text) => {
    expect(() => parse(text)).toThrow(BuiltinError);
  });
});

describe("units.parse_bytes", () => {
  test.each([
    ["10", 10],
    ["1.9", 1],
    ["-1.9", -1],
    ["1KB", 1000],
    ["1k", 1000],
    ["1KiB", 1024],
    ["1Mi", 1_048_576],
    ["0.1GB", 100_000_000],
    ["1e", 10n ** 18n],
    ["1e3", 1000],
    ["1e-999999", 0],
    ["3.3333333333333333333333333e30", 3_333_333_333_333_333_333_278_214_586_368n],
  ])("of `%s` is %s", (text, value) => {
    expect(parseBytes(text)).toBe(value);
  });

  test.each([...neither, "1b", "1kbb"])("of `%s` fails", (text) => {
    expect(() => parseBytes(text)).toThrow(BuiltinError);
  });
});
