import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { plainCopy } from "../../src/operations/plain-copy.ts";

it("a copy says what was said, and shares nothing", () => {
  const given = { scopes: ["a"], constraints: { rows: 1, on: true }, name: undefined, end: null };
  const copy = plainCopy(given);
  given.scopes.push("b");
  expect(copy).toEqual({ scopes: ["a"], constraints: { rows: 1, on: true }, end: null });
});

it("a getter is asked once", () => {
  let asked = 0;
  const copy = plainCopy({
    get owner() {
      return ++asked === 1 ? "user:ada" : "user:eve";
    },
  });
  expect([copy, asked]).toEqual([{ owner: "user:ada" }, 1]);
});

it("`__proto__` is a member like others, and becomes nobody's prototype", () => {
  const copy = plainCopy(JSON.parse('{"__proto__": {"owner": "user:eve"}}'));
  expect(Object.keys(copy as object)).toEqual(["__proto__"]);
  expect((copy as { owner?: string }).owner).toBeUndefined();
});

describe("refused", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  it.each<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", { a: Symbol("x") }],
    ["a big integer", 1n],
    ["a number that is none", [Number.NaN]],
    ["an infinity", Infinity],
    ["a lone surrogate", ["\ud800"]],
    ["a hole", { scopes: Array(1) }],
    ["a loop", loop],
    ["too many values", Array(10_000).fill(1)],
    ["a list that says to be endless", { scopes: new Proxy([], { get: () => 2 ** 40 }) }],
    [
      "a getter that throws",
      Object.defineProperty({}, "a", { enumerable: true, get: () => JSON.parse("{") }),
    ],
    ["nothing", undefined],
  ])("%s", (_, value) => {
    expect(plainCopy(value)).toBeUndefined();
  });
});

test.prop([fc.jsonValue({ maxDepth: 5 })])("JSON comes out as it went in", (value) => {
  expect(JSON.stringify(plainCopy(value))).toBe(JSON.stringify(value));
});
