import { describe, expect, test } from "vitest";
import { engineCodes, engineDeny } from "../src/index.ts";

describe("the engine's own deny", () => {
  test.each(engineCodes)("has `%s` as its one reason and nothing to carry out", (code) => {
    expect(engineDeny(code)).toEqual({ effect: "deny", reasons: [{ code }], obligations: [] });
  });

  test("says more where there is more to say", () => {
    expect(engineDeny("engine:input_invalid", "`phase` is missing").reasons).toEqual([
      { code: "engine:input_invalid", message: "`phase` is missing" },
    ]);
  });

  test("cannot be turned into an allow by who holds it", () => {
    const decision = engineDeny("engine:timeout") as { effect: string };
    expect(() => {
      decision.effect = "allow";
    }).toThrow(TypeError);
    expect(Object.isFrozen(engineDeny("engine:timeout").reasons[0])).toBe(true);
    expect(Object.isFrozen(engineDeny("engine:timeout").reasons)).toBe(true);
    expect(Object.isFrozen(engineDeny("engine:timeout").obligations)).toBe(true);
  });
});

test("the codes are distinct, and no policy can write them", () => {
  expect(new Set(engineCodes).size).toBe(engineCodes.length);
  for (const code of engineCodes) expect(code).toMatch(/^engine:[a-z][a-z_]*$/u);
});
