import { describe, expect, expectTypeOf, test } from "vitest";
import { defineBuiltin, definePlugin, isPlugin, type } from "../src/index.ts";

const risk = defineBuiltin({
  name: "acme.risk",
  args: [type.string, type.array(type.number)],
  result: type.number,
  evaluate: (dataset, weights) => {
    expectTypeOf(dataset).toEqualTypeOf<string>();
    expectTypeOf(weights).toEqualTypeOf<readonly number[]>();
    return dataset.length * weights.length;
  },
});

describe("defineBuiltin", () => {
  test("declares the types as OPA's capabilities do", () => {
    expect(risk.decl).toEqual({
      type: "function",
      args: [{ type: "string" }, { type: "array", dynamic: { type: "number" } }],
      result: { type: "number" },
    });
  });

  test.each(["risk", "Acme.risk", "acme.", "acme..risk", "acme.risk-score"])(
    "refuses the name `%s`",
    (name) => {
      expect(() => defineBuiltin({ name, args: [], result: type.any, evaluate: () => 1 })).toThrow(
        TypeError,
      );
    },
  );

  test("keeps the engine's own name space to itself", () => {
    expect(() =>
      defineBuiltin({ name: "scopeward.div", args: [], result: type.any, evaluate: () => 1 }),
    ).toThrow(TypeError);
  });

  test("refuses more arguments than the WebAssembly ABI can pass", () => {
    const args = [type.any, type.any, type.any, type.any, type.any];
    expect(() =>
      defineBuiltin({ name: "acme.five", args, result: type.any, evaluate: () => 1 }),
    ).toThrow(TypeError);
  });
});

describe("definePlugin", () => {
  test("marks what it returns, so that a loader can tell it from any other default export", () => {
    expect(isPlugin(definePlugin({ name: "acme", builtins: [risk] }))).toBe(true);
    expect(isPlugin({ name: "acme", builtins: [risk] })).toBe(false);
    expect(isPlugin(null)).toBe(false);
  });

  test("refuses two builtins of one name", () => {
    expect(() => definePlugin({ name: "acme", builtins: [risk, risk] })).toThrow(TypeError);
  });
});
