import { fc, test } from "@fast-check/vitest";
import { describe, expect, test as example } from "vitest";
import { parseStrictJson } from "../../src/cli/mcp-strict-json.ts";

test.prop([fc.jsonValue()])("what says nothing twice is what any reader takes it for", (value) => {
  const text = JSON.stringify(value);
  expect(parseStrictJson(text)).toEqual({ kind: "json", value: JSON.parse(text) as unknown });
  const spaced = JSON.stringify(value, undefined, 2);
  expect(parseStrictJson(spaced)).toEqual({ kind: "json", value: JSON.parse(text) as unknown });
});

test.prop([fc.string(), fc.jsonValue(), fc.jsonValue(), fc.array(fc.string(), { maxLength: 4 })])(
  "a member that stands twice in one object is refused, wherever it is",
  (name, one, other, around) => {
    const member = JSON.stringify(name);
    const twice = `{${member}:${JSON.stringify(one)},${member} : ${JSON.stringify(other)}}`;
    const text = around.reduce((inner, key) => `[{${JSON.stringify(key)}:${inner}}]`, twice);
    expect(parseStrictJson(text)).toEqual({ kind: "refused", reason: "duplicate" });
  },
);

describe("a text", () => {
  example("may have a member of one name in two objects", () => {
    expect(parseStrictJson('{"a":{"a":1},"b":[{"a":1},{"a":1}]}').kind).toBe("json");
  });

  example("is refused where two names are one once they are decoded", () => {
    expect(parseStrictJson(String.raw`{"name":1,"n\u0061me":2}`)).toEqual({
      kind: "refused",
      reason: "duplicate",
    });
  });

  example("is refused where it is nested too deep", () => {
    expect(parseStrictJson(deep(200)).kind).toBe("json");
    expect(parseStrictJson(deep(201))).toEqual({ kind: "refused", reason: "depth" });
    expect(parseStrictJson(deep(1_000_000))).toMatchObject({ kind: "refused" });
  });

  example("is refused where it is no JSON", () => {
    for (const text of ["", "{", "{'a':1}", '{"a":1}}', "NaN"]) {
      expect(parseStrictJson(text)).toEqual({ kind: "refused", reason: "syntax" });
    }
  });
});

function deep(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}
