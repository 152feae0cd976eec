import { expect, test } from "vitest";
import { smallestOutputLimit } from "../../src/obligations/max-output-tokens.ts";

const limit = (tokens: number) => ({ type: "max_output_tokens", limit: tokens });

test("the smallest limit holds", () => {
  expect(smallestOutputLimit([limit(9), { type: "other", limit: 1 }, limit(5), limit(7)])).toBe(5);
});

test("nothing limits where no obligation does", () => {
  expect(smallestOutputLimit([])).toBeUndefined();
  expect(smallestOutputLimit([{ type: "other", limit: 1 }])).toBeUndefined();
});
