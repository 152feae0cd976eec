import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { plainCopy } from "../src/plain-copy.ts";

it("a copy says what was said, and shares nothing", () => {
  const given = { scopes: ["a"], constraints: { rows: 1, on: true }, name: undefined, end: null };
  const copy = plainCopy(given, "absent");
  given.scopes.push("b");
  expect(copy).toEqual({ scopes: ["a"], constraints: { rows: 1, on: true }, end: null });
});

it("a getter is asked once", () => {
  let asked = 0;
  const copy = plainCopy(
    {
      get owner() {
        return ++asked === 1 ? "user:ada" : "user:eve";
      },
    },
    "refused",
  );
  expect([copy, asked]).toEqual([{ owner: "user:ada" }, 1]);
});

it("`__proto__` is a member like others, and becomes nobody's prototype", () => {
  const copy = plainCopy(JSON.parse('{"__proto__": {"owner": "user:eve"}}'), "refused");
  expect(Object.keys(copy as object)).toEqual(["__proto__"]);
  expect((copy as { owner?: string }).owner).toBeUndefined();
});

it("what is undefined is absent where that is asked for, and refused elsewhere", () => {
  expect(plainCopy({ name: undefined }, "absent")).toEqual({});
  expect(plainCopy({ name: undefined }, "refused")).toBeUndefined();
});

it("an object without a prototype, or of another realm, is plain", () => {
  const other: unknown = runInNewContext("({ scopes: ['a'], constraints: {} })");
  expect(plainCopy(other, "refused")).toEqual({ scopes: ["a"], constraints: {} });
  const bare = Object.assign(Object.create(null), { scopes: ["a"] });
  expect(plainCopy(bare, "refused")).toEqual({ scopes: ["a"] });
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
    ["a Map, whose entries are no members", { constraints: new Map([["tool", []]]) }],
    ["a Set", { scopes: new Set(["a"]) }],
    ["a point in time as an object", { expires: new Date(0) }],
    ["a member that is inherited", Object.create({ scopes: [] })],
    [
      "a member that is inherited from a bare object",
      Object.create({ __proto__: null, scopes: [] }),
    ],
    ["a member that is not enumerable", Object.defineProperty({}, "scopes", { value: [] })],
    [
      "a getter of a class",
      new (class {
        get scopes() {
          return [];
        }
      })(),
    ],
    ["a symbol as a name", { [Symbol("scopes")]: [] }],
    ["a limit that is undefined", { constraints: { tool: undefined } }],
  ])("%s", (_, value) => {
    expect(plainCopy(value, "absent")).toBeUndefined();
  });
});

test.prop([fc.jsonValue({ maxDepth: 5 })])("JSON comes out as it went in", (value) => {
  expect(JSON.stringify(plainCopy(value, "refused"))).toBe(JSON.stringify(value));
});
