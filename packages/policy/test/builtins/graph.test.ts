import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["graph.reachable", ['{"a":["b"],"b":{"c"},"c":[],"d":["a"]}', '["a"]'], '{"a","b","c"}'],
  ["graph.reachable", ['{"a":["a"]}', '{"a","x"}'], '{"a"}'],
  ["graph.reachable", ["[]", '["a"]'], "fails"],
  ["graph.reachable", ['{"a":1}', '["a"]'], '{"a"}'],
  ["graph.reachable_paths", ['{"a":["b","c"],"b":["a"],"c":[]}', '["a"]'], '{["a","b"],["a","c"]}'],
  ["graph.reachable_paths", ['{"a":["x"]}', '["a"]'], '{["a"]}'],
  ["graph.reachable_paths", ["{}", '["a"]'], "set()"],
];

describe("graphs", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
