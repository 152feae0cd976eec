import { defineBuiltin, type } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { authorName, builtinResolver } from "../../src/wasm/host-builtins.ts";
import { BuiltinError } from "../../src/builtins/builtin-error.ts";
import { RegoObject, RegoSet } from "../../src/rego/value.ts";

const plugin = defineBuiltin({
  name: "acme.kind",
  args: [type.any],
  result: type.any,
  evaluate: (value) => ({ kind: Array.isArray(value) ? "array" : typeof value, value }),
});

test("OPA's builtins are found by their own names and by those that the build gives them", () => {
  const resolve = builtinResolver();
  expect(resolve("object.subset")).toBeTypeOf("function");
  expect(resolve("scopeward.object.subset")).toBe(resolve("object.subset"));
  expect(authorName("scopeward.object.subset")).toBe("object.subset");
  expect(authorName("object.subset")).toBe("object.subset");
  expect(resolve("scopeward.contains_")).toBe(resolve("contains"));
});

test.for(["acme.kind", "http.send", "scopeward.acme.kind", "constructor", "__proto__", ""])(
  "nothing is found behind `%s`",
  (name) => {
    expect(builtinResolver()(name)).toBeUndefined();
  },
);

test("a plugin does not replace what OPA defines", () => {
  const greedy = { ...plugin, name: "object.subset" };
  expect(builtinResolver([greedy])("object.subset")).toBe(builtinResolver()("object.subset"));
});

test("a plugin sees JSON and gives back Rego's values", () => {
  const evaluate = builtinResolver([plugin])("acme.kind");
  const answer = evaluate?.(RegoSet.of(["b", "a"]));
  expect(answer).toBeInstanceOf(RegoObject);
  expect((answer as RegoObject).get("kind")).toBe("array");
  expect((answer as RegoObject).get("value")).toEqual(["a", "b"]);
});

test.for<readonly [string, unknown]>([
  ["true", true],
  ["a text", "9"],
  ["a list", [9]],
  ["null", null],
])("a result of another type than it declares is a failure: %s", ([, result]) => {
  const risk = defineBuiltin({
    name: "acme.risk",
    args: [type.any],
    result: type.number,
    evaluate: () => result as number,
  });
  expect(() => builtinResolver([risk])("acme.risk")?.("payroll")).toThrow(BuiltinError);
});
