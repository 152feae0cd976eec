import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { writeJson } from "../../src/request/json-writer.ts";
import type { JsonWriting } from "../../src/request/json-writer.ts";

const limits = { bytes: 1_000, depth: 8 };

function kindOf(value: unknown): JsonWriting["kind"] {
  return writeJson(value, limits).kind;
}

class Point {
  x = 1;
}

const throwing = (): never => {
  throw new Error("a trap ran");
};
const allTraps = {
  get: throwing,
  getPrototypeOf: throwing,
  getOwnPropertyDescriptor: throwing,
  ownKeys: throwing,
  has: throwing,
};

function ownProto(): unknown {
  return JSON.parse('{"__proto__":{"effect":"allow"}}');
}

function itself(): unknown {
  const value: Record<string, unknown> = {};
  value["a"] = [value];
  return value;
}

function withMember(name: string, descriptor: PropertyDescriptor, on: object = {}): unknown {
  return Object.defineProperty(on, name, descriptor);
}

describe("what is not plain data has no text", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["NaN", Number.NaN],
    ["Infinity", -Infinity],
    ["a BigInt", 1n],
    ["a symbol", Symbol("a")],
    ["a function", () => 1],
    ["a date", new Date()],
    ["a map", new Map()],
    ["a set", new Set([1])],
    ["a typed array", new Uint8Array(2)],
    ["a buffer", Buffer.from("a")],
    ["a boxed string", Object("a")],
    ["a regular expression", /a/u],
    ["a promise", Promise.resolve()],
    ["an instance of a class", new Point()],
    ["an object with a prototype of its own", Object.create({ phase: "call" })],
    ["an instance of an array's subclass", new (class Items extends Array {})()],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate behind backslashes", "\\\\\udfff"],
    ["a name with a lone surrogate", { "\ud83d": 1 }],
    ["a member called __proto__", ownProto()],
    ["a sparse array", Array(3)],
    ["an array with a hole", [1, , 3]], // oxlint-disable-line no-sparse-arrays -- the case itself
    ["itself", itself()],
    [
      "a getter",
      {
        get a() {
          return 1;
        },
      },
    ],
    [
      "a getter that throws",
      {
        get a() {
          return throwing();
        },
      },
    ],
    ["a setter", { set a(_: number) {} }],
    [
      "a getter in an array",
      withMember("0", { get: throwing, enumerable: true, configurable: true }, [1]),
    ],
    ["a hidden member", withMember("a", { value: 1, enumerable: false })],
    ["a toJSON method", { toJSON: () => ({}) }],
    ["a hidden toJSON method", withMember("toJSON", { value: () => "a", enumerable: false })],
    [
      "a hidden toJSON method of an array",
      withMember("toJSON", { value: () => "a", enumerable: false }, []),
    ],
    ["a proxy", new Proxy({}, {})],
    ["a proxy that throws", new Proxy({}, allTraps)],
    ["a proxy of an array", new Proxy([], allTraps)],
    ["a revoked proxy", revoked()],
  ])("%s", (_, value) => {
    expect(kindOf(value)).toBe("invalid");
    expect(kindOf({ a: [value] })).toBe("invalid");
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function doubled(depth: number): unknown {
  let value: unknown = "x";
  for (let level = 0; level < depth; level++) value = [value, value];
  return value;
}

describe("what is larger than its limits has no text", () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

  it("counts objects and arrays inside each other", () => {
    expect(kindOf(nested(8))).toBe("text");
    expect(kindOf(nested(9))).toBe("too_large");
  });

  it("counts bytes, not characters", () => {
    expect(kindOf("x".repeat(998))).toBe("text");
    expect(kindOf("x".repeat(999))).toBe("too_large");
    expect(kindOf("ä".repeat(499))).toBe("text");
    expect(kindOf("ä".repeat(500))).toBe("too_large");
    expect(kindOf("\0".repeat(200))).toBe("too_large");
  });

  it.each<[string, unknown]>([
    ["a huge string", "x".repeat(10_000_000)],
    ["a long sparse array", Array(4_000_000_000)],
    ["many members", Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index, 1]))],
    ["a long name", { ["x".repeat(2_000)]: 1 }],
  ])("%s", (_, value) => {
    expect(kindOf(value)).toBe("too_large");
  });

  it("is not kept busy by shared objects", () => {
    expect(writeJson(doubled(60), { bytes: 1024 * 1024, depth: 64 }).kind).toBe("too_large");
  });
});

describe("what JSON has no place for is passed over", () => {
  it("a member named by a symbol", () => {
    expect(writeJson({ a: 1, [Symbol("b")]: throwing }, limits)).toEqual({
      kind: "text",
      text: '{"a":1}',
    });
  });

  it("a named member of an array", () => {
    expect(writeJson(Object.assign([1], { a: 2 }), limits)).toEqual({ kind: "text", text: "[1]" });
  });
});

it("an object without prototype is plain data", () => {
  expect(kindOf(Object.assign(Object.create(null), { a: 1 }))).toBe("text");
});

it("text that looks like an escaped surrogate is fine", () => {
  expect(kindOf("\\ud800")).toBe("text");
  expect(kindOf("\u{1f600}\\\\udfff")).toBe("text");
});

it("the detail never holds a value or a name from the value", () => {
  const written = writeJson({ secret_name: Object.assign(new Point(), { y: "secret" }) }, limits);
  expect(JSON.stringify(written)).not.toContain("secret");
});

test.prop([fc.jsonValue({ maxDepth: 6 })])("plain data is written as JSON writes it", (value) => {
  const written = writeJson(value, { bytes: 1_000_000, depth: 64 });
  expect(written).toEqual(
    JSON.stringify(value).includes('"__proto__":')
      ? expect.objectContaining({ kind: "invalid" })
      : { kind: "text", text: JSON.stringify(value) },
  );
});
