import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isOwner, isOwnerPattern, ownerMatches, parseOwner } from "../../src/record/owner.ts";

const malformed = [
  "",
  "ada",
  ":ada",
  "user:",
  "User:ada",
  "1user:ada",
  "-user:ada",
  `${"u".repeat(33)}:ada`,
  `user:${"a".repeat(257)}`,
  "user:a da",
  "user:ada ",
  " user:ada",
  "user:ada\n",
  "user:a\0da",
  "user:a\u007fda",
  "user:a\u0085da",
  "user:a\u00a0da",
  "user:a\u200bda",
  "user:ada\u061c",
  "user:ada\u2800",
  "user:ada\u3164",
  "user:ada\ufe0f",
  "user:ada\u{e0061}",
  "user:\u202eada",
  "user:\ufeffada",
  "user:\ud800",
  "user:a*",
];

describe("an owner", () => {
  it.each([
    ["user:ada", "user", "ada"],
    ["service:billing", "service", "billing"],
    ["user:ada@example.com", "user", "ada@example.com"],
    ["user:a:b", "user", "a:b"],
    ["user:Ägypten-日本😀", "user", "Ägypten-日本😀"],
    [`u_-9:${"😀".repeat(256)}`, "u_-9", "😀".repeat(256)],
  ])("is read: %s", (text, type, id) => {
    expect(parseOwner(text)).toEqual({ type, id });
    expect(isOwner(text)).toBe(true);
  });

  it.each([...malformed, "user:*", "*"])("is not %j", (text) => {
    expect(parseOwner(text)).toBe(undefined);
    expect(isOwner(text)).toBe(false);
  });

  test.prop([fc.string({ unit: "binary" })])("is read back as it was written", (text) => {
    const owner = parseOwner(text);
    expect(owner === undefined || `${owner.type}:${owner.id}` === text).toBe(true);
  });
});

describe("a pattern of owners", () => {
  it.each(["*", "user:*", "user:ada"])("is %s", (text) => {
    expect(isOwnerPattern(text)).toBe(true);
  });

  it.each([...malformed, "**", "user*", "*:*", "*:ada", "user:**", "user:ada*", "USER:*"])(
    "is not %j, and names nobody",
    (text) => {
      expect(isOwnerPattern(text)).toBe(false);
      expect(ownerMatches(text, "user:ada")).toBe(false);
    },
  );

  it.each([
    ["*", "user:ada", true],
    ["user:*", "user:ada", true],
    ["user:ada", "user:ada", true],
    ["user:*", "user2:ada", false],
    ["user:*", "service:ada", false],
    ["user:ada", "user:adam", false],
    ["user:adam", "user:ada", false],
    ["user:ada", "user:Ada", false],
    ["*", "user:*", false],
    ["user:*", "user:*", false],
    ["*", "*", false],
    ["*", "", false],
  ])("%s names %s: %s", (pattern, owner, expected) => {
    expect(ownerMatches(pattern, owner)).toBe(expected);
  });
});
