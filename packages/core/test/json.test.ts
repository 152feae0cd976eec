import { expect, test } from "vitest";
import { isJsonObject } from "../src/index.ts";

test("an object is an object", () => {
  expect(isJsonObject({})).toBe(true);
});

test.each([[null], [[]], ["{}"], [1], [true], [undefined]])("%j is none", (value) => {
  expect(isJsonObject(value)).toBe(false);
});
