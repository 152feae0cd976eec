import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { duration, percentage, wholeNumber } from "../../src/cli/command-options.ts";

test.for([
  ["500ms", 500],
  ["5s", 5000],
  ["0.5s", 500],
  ["2m", 120_000],
  ["7", 7000],
] as const)("duration %s is %d milliseconds", ([text, milliseconds]) => {
  expect(duration(text)).toBe(milliseconds);
});

test.for(["", "5h", "s", "-1s", "0", "1e3", "5 s"])("duration `%s` is refused", (text) => {
  expect(() => duration(text)).toThrow(InvalidArgumentError);
});

test.for(["", "x", "-1", "101", "1e1", "50%"])("percentage `%s` is refused", (text) => {
  expect(() => percentage(text)).toThrow(InvalidArgumentError);
});

test("a percentage may have a fraction", () => {
  expect(percentage("87.5")).toBe(87.5);
});

test.for(["", "1.5", "-1", "1e3", "0x10", "9007199254740993"])(
  "whole number `%s` is refused",
  (text) => {
    expect(() => wholeNumber(0)(text)).toThrow(InvalidArgumentError);
  },
);
