import { expect, test } from "vitest";
import { BuiltinError } from "../../src/builtins/builtin-error.ts";
import { builtins } from "../../src/builtins/index.ts";

test("what only tells an observer something holds", () => {
  expect(builtins["print"]!("a", 1)).toBe(true);
  expect(builtins["internal.print"]!([])).toBe(true);
  expect(builtins["internal.test_case"]!([])).toBe(true);
  expect(builtins["trace"]!("note")).toBe(true);
});

test("trace fails for a note that is no string", () => {
  expect(() => builtins["trace"]!(1)).toThrow(BuiltinError);
});
