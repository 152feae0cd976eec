import { runInNewContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { plainJson } from "../../src/enforcement/plain-json.ts";

function copyOf(value: unknown, maxBytes = 10_000): unknown {
  const copy = plainJson(value, maxBytes);
  return copy.kind === "plain" ? copy.value : copy.kind;
}

function isDeepFrozen(value: unknown): boolean {
  return (
    typeof value !== "object" ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen))
  );
}

test.prop([fc.jsonValue({ maxDepth: 6 })])("plain JSON is copied and frozen", (value) => {
  const text = JSON.stringify(value);
  if (text.includes('"__proto__"') || text.includes("\\ud")) return;
  const copy = copyOf(value, 1_000_000);
  expect(copy).toEqual(JSON.parse(text));
  expect(isDeepFrozen(copy)).toBe(true);
});

test.prop([fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true })])(
  "nothing makes it throw, and what is copied is what JSON says",
  (value) => {
    const copy = plainJson(value, 100_000);
    if (copy.kind === "plain") {
      expect(JSON.parse(JSON.stringify(copy.value))).toEqual(JSON.parse(JSON.stringify(value)));
    }
  },
);

describe("what is no plain data is refused", () => {
  class Query {
    text = "x";
  }
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const holes: number[] = [];
  holes[3] = 1;
  it.for<readonly [string, unknown]>([
    ["a getter", Object.defineProperty({}, "a", { get: () => 1, enumerable: true })],
    ["a proxy", new Proxy({ a: 1 }, {})],
    ["the heir of a proxy", Object.create(new Proxy({}, { getPrototypeOf: () => null }))],
    ["an instance of a class", new Query()],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["a function", () => 1],
    ["a function inside", { f: () => 1 }],
    ["a symbol", { s: Symbol("s") }],
    ["a big integer", { n: 1n }],
    ["not a number", { n: Number.NaN }],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["an array with holes", holes],
    ["undefined in a list", [undefined]],
    ["undefined", undefined],
    ["itself", cyclic],
    ["a lone surrogate", { a: "\ud800" }],
    ["a lone surrogate as a name", { "\ud800": 1 }],
    ["a member named __proto__", JSON.parse('{"__proto__": {"admin": true}}')],
    ["a hidden member", Object.defineProperty({}, "a", { value: 1 })],
  ])("%s", ([, value]) => {
    expect(copyOf(value)).toBe("refused");
  });
});

it("no code of the value's maker runs", () => {
  let ran = 0;
  const trap = (): never => {
    ran++;
    throw new Error("ran");
  };
  const proxy = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap });
  const getter = Object.defineProperty({}, "a", { get: trap, enumerable: true });
  const toJson = { toJSON: trap };
  for (const value of [proxy, getter, toJson]) expect(copyOf({ value })).toBe("refused");
  expect(ran).toBe(0);
});

it("a member that is undefined is absent, as in JSON", () => {
  expect(copyOf({ a: 1, b: undefined })).toEqual({ a: 1 });
});

it("negative zero is zero, as JSON has it", () => {
  expect(Object.is(copyOf(-0), 0)).toBe(true);
});

it("plain objects of another realm are plain", () => {
  expect(copyOf(runInNewContext("({ a: { b: [1] } })"))).toEqual({ a: { b: [1] } });
});

it("what is too large or too deep says so", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 65; level++) deep = [deep];
  for (const value of ["x".repeat(200), Array.from({ length: 200 }, () => 1), deep]) {
    expect(plainJson(value, 100)).toMatchObject({ kind: "refused", tooLarge: true });
  }
});

it("shared parts cannot multiply without end", () => {
  let value: unknown = "x";
  for (let level = 0; level < 40; level++) value = [value, value];
  expect(plainJson(value, 1_000_000)).toMatchObject({ kind: "refused", tooLarge: true });
});
