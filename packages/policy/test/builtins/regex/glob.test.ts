import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as unitTest } from "vitest";
import { BuiltinError } from "../../../src/builtins/builtin-error.ts";
import { builtins } from "../../../src/builtins/index.ts";
import type { RegoValue } from "../../../src/rego/value.ts";

const match = builtins["glob.match"]!;
const quoteMeta = builtins["glob.quote_meta"]!;
const globsMatch = builtins["regex.globs_match"]!;

const table: readonly (readonly [string, readonly string[] | null, string, boolean])[] = [
  ["*.github.com", [], "api.github.com", true],
  ["*.github.com", [], "api.cdn.github.com", false],
  ["*:github:com", [":"], "api:github:com", true],
  ["*.github.com", null, "api.cdn.github.com", true],
  ["**.github.com", ["."], "api.cdn.github.com", true],
  ["api.?", ["."], "api.é", true],
  ["api.?", ["."], "api..", false],
  ["[a-c]at", [], "bat", true],
  ["[!a-c]at", [], "bat", false],
  ["[!a-c]at", ["."], ".at", true],
  ["[abc]at", [], "cat", true],
  ["{cat,bat,[fr]at}", [], "rat", true],
  ["{*b,{x,}y}", [], "y", true],
  ["a{,b}c", [], "ac", true],
  [String.raw`\*\{a`, [], "*{a", true],
  [String.raw`[\-a]`, [], "^", true],
  ["a}b,c]", [], "a}b,c]", true],
  ["**", [], "a\nb", true],
  ["a*", [], "a\nb", true],
  ["", [], "", true],
  ["***", ["."], "a.b", true],
  ["[]-a]", [], "^", true],
  ["*", ["^", "]", "-", "\\"], "a^", false],
];

describe("globs", () => {
  unitTest.each(table)(
    "%s with delimiters %j against %j is %s",
    (glob, delimiters, text, result) => {
      expect(match(glob, delimiters, text)).toBe(result);
    },
  );

  unitTest.each(["{a", "[a", "[", "[]", "[!]", "[b-a]", "[a-", "[a-cx]", "a\\", "{a,{b}"])(
    "%s is no glob",
    (glob) => {
      expect(() => match(glob, [], "a")).toThrow(BuiltinError);
    },
  );

  unitTest.each([[["ab"]], [[""]], [[1]], ["."]] as readonly (readonly [RegoValue])[])(
    "delimiters %j fail",
    (delimiters) => {
      expect(() => match("a", delimiters, "a")).toThrow(BuiltinError);
    },
  );

  unitTest("many stars take no more than linear time", () => {
    expect(match(`${"*a".repeat(50)}b`, null, "a".repeat(20_000))).toBe(false);
  });

  test.prop([
    fc.string({
      unit: fc.constantFrom("*", "?", "[", "]", "{", "}", "\\", ",", "!", "-", "a", "é"),
    }),
  ])("a quoted text is the glob of itself alone", (text) => {
    const glob = quoteMeta(text)!;
    expect(match(glob, null, text)).toBe(true);
    expect(match(glob, null, `${text}x`)).toBe(false);
  });
});

describe("regex.globs_match", () => {
  unitTest.each([
    ["a.c", "[a-b]bc", true],
    ["a+", "b+", false],
    ["ab*c", "a[b-d]+c", true],
    ["a.*", ".*b", true],
    ["[a-c]x", "[d-f]x", false],
    [String.raw`a\*`, "a*", false],
    ["", "", true],
    ["a", "", false],
    ["é*", "éé", true],
  ])("of %s and %s is %s", (a, b, result) => {
    expect(globsMatch(a, b)).toBe(result);
    expect(globsMatch(b, a)).toBe(result);
  });

  unitTest.each(["*", "a**", "[a", "]", "[b-a]", "[-a]", "[a-]", "a\\"])("%s fails", (pattern) => {
    expect(() => globsMatch(pattern, "a")).toThrow(BuiltinError);
    expect(() => globsMatch("a", pattern)).toThrow(BuiltinError);
  });

  unitTest("patterns that make OPA's search explode are answered", () => {
    expect(globsMatch("a*b*".repeat(40), `${"a+b*".repeat(40)}c`)).toBe(false);
    expect(() => globsMatch("a".repeat(1_000), "a".repeat(1_000))).toThrow(BuiltinError);
  });
});
