import { describe, expect, test } from "vitest";
import { BuiltinError } from "../../src/builtins/builtin-error.ts";
import { builtins } from "../../src/builtins/index.ts";

const compare = builtins["semver.compare"]!;
const isValid = builtins["semver.is_valid"]!;

// From the specification, item 11, with numbers beyond 32 bits.
const ascending = [
  "0.9.10",
  "1.0.0-0",
  "1.0.0-1",
  "1.0.0-99999999999999999998",
  "1.0.0-99999999999999999999",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.1",
  "1.10.0",
  "9223372036854775807.0.0",
];

const invalid = [
  "",
  "1",
  "1.0",
  "1.0.0.0",
  "01.0.0",
  "1.0.0-",
  "1.0.0-01",
  "1.0.0-a..b",
  "1.0.0+",
  "1.0.0-é",
  "-1.0.0",
  "1.0.a",
  "V1.0.0",
  " 1.0.0",
  "9223372036854775808.0.0",
];

describe("semver", () => {
  test.each(ascending.map((version, index) => [index, version] as const))(
    "version %i, %s, is where it belongs",
    (index, version) => {
      for (const [other, text] of ascending.entries()) {
        expect(compare(version, text)).toBe(Math.sign(index - other) + 0);
      }
    },
  );

  test("metadata and a leading v do not count", () => {
    expect(compare("v1.0.0+b", "1.0.0+a")).toBe(0);
    expect(isValid("v1.2.3-0a.b+c-d")).toBe(true);
  });

  test.each(invalid)("`%s` is no version", (text) => {
    expect(isValid(text)).toBe(false);
    expect(() => compare(text, "1.0.0")).toThrow(BuiltinError);
    expect(() => compare("1.0.0", text)).toThrow(BuiltinError);
  });

  test("what is no string is no version", () => {
    expect(isValid(1)).toBe(false);
    expect(() => compare(1, "1.0.0")).toThrow(BuiltinError);
  });
});
