import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Problem } from "../src/index.ts";
import { compareProblems, problemPlace } from "../src/index.ts";

function problem(place: Partial<Problem>): Problem {
  return { severity: "error", code: "rego_parse_error", message: "unexpected token", ...place };
}

describe("the place of a problem", () => {
  it.each([
    ["", {}],
    ["features/chatbot.rego", { file: "features/chatbot.rego" }],
    ["features/chatbot.rego:7:1", { file: "features/chatbot.rego", row: 7 }],
    ["features/chatbot.rego:7:12", { file: "features/chatbot.rego", row: 7, column: 12 }],
    ["", { row: 7, column: 12 }],
  ])("`%s` is as much as is known", (text, place) => {
    expect(problemPlace(problem(place))).toBe(text);
  });
});

describe("the order of problems", () => {
  it("is by file, then row, column and code", () => {
    const sorted = [
      problem({}),
      problem({ file: "a.rego" }),
      problem({ file: "a.rego", row: 2, column: 9 }),
      problem({ file: "a.rego", row: 10, column: 1, code: "a" }),
      problem({ file: "a.rego", row: 10, column: 1, code: "b" }),
      problem({ file: "a.rego", row: 10, column: 2, code: "a" }),
      problem({ file: "b.rego", row: 1, column: 1 }),
    ];
    expect(sorted.toReversed().toSorted(compareProblems)).toEqual(sorted);
  });

  const some = fc
    .record(
      {
        file: fc.constantFrom("a.rego", "b.rego"),
        row: fc.integer({ min: 1, max: 3 }),
        column: fc.integer({ min: 1, max: 3 }),
        code: fc.constantFrom("a", "b"),
      },
      { requiredKeys: [] },
    )
    .map(problem);

  test.prop([some, some, some])("is an order", (a, b, c) => {
    expect(Math.sign(compareProblems(a, b))).toBe(-Math.sign(compareProblems(b, a)) + 0);
    fc.pre(compareProblems(a, b) <= 0 && compareProblems(b, c) <= 0);
    expect(compareProblems(a, c)).toBeLessThanOrEqual(0);
  });
});
