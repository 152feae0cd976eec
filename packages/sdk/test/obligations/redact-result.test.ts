import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "@scopeward/core";
import type { ObligationDuty } from "../../src/obligation.ts";
import { redactResult } from "../../src/obligations/redact-result.ts";
import { dutyOf } from "./duty.ts";

function duty(parameters: JsonObject, changes: Partial<ObligationDuty> = {}): ObligationDuty {
  return dutyOf({ type: "redact_result", ...parameters }, changes);
}

async function redacted(value: unknown, parameters: JsonObject): Promise<unknown> {
  return (await redactResult.transform(value, duty(parameters))).value;
}

const email = { fields: ["/email"] };
const card = { pattern: "[0-9]{16}" };
const number = "4111111111111111";

describe("a field is taken out", () => {
  test.each<[string, unknown, readonly string[], unknown]>([
    ["at the top", { email: 1, id: 2 }, ["/email"], { id: 2 }],
    ["at any depth", { a: [{ b: { email: 1 } }] }, ["/email"], { a: [{ b: {} }] }],
    ["whatever it holds", { email: { email: new Date(0) } }, ["/email"], {}],
    [
      "only below its owner",
      { owner: { email: 1 }, email: 2, x: { owner: { email: 3 } } },
      ["/owner/email"],
      { owner: {}, email: 2, x: { owner: {} } },
    ],
    [
      "through arrays between its tokens",
      { owner: [[{ email: 1 }], { email: 2, a: 3 }] },
      ["/owner/email"],
      { owner: [[{}], { a: 3 }] },
    ],
    ["at an index, where the others keep theirs", { a: [1, 2, 3] }, ["/a/1"], { a: [1, null, 3] }],
    ["at a numeric name", { a: { 1: 2, 2: 3 } }, ["/a/1"], { a: { 2: 3 } }],
    ["in JSON inside a text", { a: '{"email": 1, "b": 2}' }, ["/email"], { a: '{"b":2}' }],
    ["in a text that is JSON", ' [{"email": 1}] ', ["/email"], "[{}]"],
    ["in JSON inside JSON", '"{\\"email\\":1}"', ["/email"], '"{}"'],
    ["across the border of a text", { owner: '{"email":1}' }, ["/owner/email"], { owner: "{}" }],
    ["whose name is escaped in a text", '{"\\u0065mail":1}', ["/email"], "{}"],
    ["each time that a text has it", '{"email":1,"email":2}', ["/email"], "{}"],
    ["with a name that is escaped in the pointer", { "a/b~c": 1 }, ["/a~1b~0c"], {}],
    ["with an empty name", { "": 1, a: 2 }, ["/"], { a: 2 }],
    ["with case as it is written", { Email: 1 }, ["/email"], { Email: 1 }],
    ["by the shorter of two pointers", { a: { b: 1 } }, ["/a/b", "/a"], {}],
  ])("%s", async (_, value, fields, wanted) => {
    expect(await redacted(value, { fields: [...fields] })).toEqual(wanted);
  });

  test.each([undefined, null, true, 1, 2n, Number.NaN, "", " ", "42", "true", "null"])(
    "of `%s` nothing, as it has no members",
    async (value) => {
      expect(await redacted(value, email)).toEqual(value);
    },
  );

  test("and members with hostile names are members", async () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"email": 1, "a": 2}, "constructor": 3}');
    const value = await redacted(hostile, email);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":2},"constructor":3}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(await redacted(hostile, { fields: ["/__proto__"] }))).toBe(
      '{"constructor":3}',
    );
  });

  test("and numbers of a text stay as exact as they were", async () => {
    const text = '{"id":12345678901234567890,"one":1.0,"big":1e400,"email":1}';
    expect(await redacted(text, email)).toBe('{"id":12345678901234567890,"one":1.0,"big":1e400}');
  });

  test("and members that are undefined stay so", async () => {
    expect(await redacted({ a: undefined, email: 1 }, email)).toStrictEqual({ a: undefined });
  });

  test("of plain objects from another realm as well", async () => {
    const foreign: unknown = runInNewContext(
      "({ email: 1, list: [{ email: 2 }], bare: Object.create(null) })",
    );
    expect(await redacted(foreign, email)).toEqual({ list: [{}], bare: {} });
  });
});

describe("a pattern is replaced", () => {
  test.each<[string, unknown, JsonObject, unknown]>([
    ["in texts", { a: [`x ${number} y`] }, card, { a: ["x [redacted] y"] }],
    ["in a text that is all", number.slice(1), { pattern: "1{15}" }, "[redacted]"],
    ["in names", { [number]: 1 }, card, { "[redacted]": 1 }],
    ["in numbers", { a: Number(number), b: 1 }, card, { a: "[redacted]", b: 1 }],
    ["in numbers of a text", `{"a":${number}0000}`, card, '{"a":"[redacted]0000"}'],
    ["in large integers", { a: BigInt(number) }, card, { a: "[redacted]" }],
    ["where JSON escapes it", '{"a":"\\u0034111111111111111"}', card, '{"a":"[redacted]"}'],
    [
      "as it is written, without references",
      "ab",
      { pattern: "(a)", replacement: "$1$&\\" },
      "$1$&\\b",
    ],
    ["by nothing", "abc", { pattern: "b", replacement: "" }, "ac"],
    ["of any language", "É é 😀", { pattern: "(?i)é" }, "[redacted] [redacted] 😀"],
  ])("%s", async (_, value, parameters, wanted) => {
    expect(await redacted(value, parameters)).toEqual(wanted);
  });

  test("and no member is lost where names become one", async () => {
    const value = { a1: 1, a2: 2, "x (2)": 3, a3: 4 };
    expect(await redacted(value, { pattern: "a[0-9]", replacement: "x" })).toEqual({
      x: 1,
      "x (2)": 2,
      "x (2) (2)": 3,
      "x (3)": 4,
    });
  });

  test.each(["(", "a{1001}", "(?=a)", "\\1", "x*", "a|", "\\b"])(
    "unless it is %j, which withholds the result",
    async (pattern) => {
      await expect(redacted("a b", { pattern })).rejects.toMatchObject({
        code: "parameters_invalid",
      });
    },
  );

  test("by each of many patterns, again and again", async () => {
    const words = Array.from({ length: 120 }, (_, index) => `word${String(index)}`);
    for (const word of [...words, ...words.toReversed()]) {
      const rules = { pattern: `${word}\\b`, replacement: word.toUpperCase() };
      expect(await redacted(`a ${word}`, rules)).toBe(`a ${word.toUpperCase()}`);
    }
  });

  test("unless it matches the empty text, whether or not there is a text", async () => {
    await expect(redacted(true, { pattern: "x*" })).rejects.toMatchObject({
      code: "parameters_invalid",
    });
  });

  test("unless that would take too long", async () => {
    const slow = { pattern: "a.*c|b" };
    await expect(redacted("ab".repeat(200_000), slow)).rejects.toMatchObject({ code: "too_large" });
    const wide = { pattern: "[a-z]{500}" };
    await expect(redacted("b".repeat(400_000), wide)).rejects.toMatchObject({ code: "too_large" });
  });
});

class Row {
  readonly email = 1;
}

const cyclic: unknown[] = [];
cyclic.push(cyclic, cyclic);
const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
};
const shared = (): unknown => {
  let value: unknown = "x";
  for (let level = 0; level < 60; level++) value = [value, value];
  return value;
};

describe("a result is withheld", () => {
  test.each<[string, unknown]>([
    ["an instance of a class", new Row()],
    ["a Map", { a: new Map() }],
    ["a Date", new Date(0)],
    ["a Buffer", Buffer.from('{"email":1}')],
    ["a typed array", new Uint8Array(1)],
    ["an array of a subclass", new (class extends Array {})()],
    [
      "a getter",
      {
        get a() {
          return 1;
        },
      },
    ],
    ["a hidden member", Object.defineProperty({}, "a", { value: 1 })],
    ["a symbol as name", { [Symbol("a")]: 1 }],
    ["a symbol", { a: Symbol("a") }],
    ["a function", { toJSON: () => ({ email: 1 }) }],
    ["a proxy", new Proxy({}, {})],
    ["an array with holes", Object.assign([], { length: 2 })],
    ["an array with members", Object.assign([], { email: 1 })],
    ["a promise", Promise.resolve({ email: 1 })],
  ])("that holds %s", async (_, value) => {
    await expect(redacted(value, email)).rejects.toMatchObject({ code: "not_plain" });
    await expect(redacted([value], card)).rejects.toMatchObject({ code: "not_plain" });
  });

  test.each<[string, unknown]>([
    ["holds itself", cyclic],
    ["is nested too deep", nested(300)],
    ["is nested too deep in a text", JSON.stringify(nested(300))],
    ["shares too much", shared()],
    ["is too large", ["x".repeat(2 ** 24)]],
  ])("that %s", async (_, value) => {
    await expect(redacted(value, email)).rejects.toMatchObject({ code: "too_large" });
  });

  test("that is a text too deep to be read", async () => {
    const text = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    await expect(redacted(text, email)).rejects.toThrow(RangeError);
  });

  test.each(["hello", '{"email":1', '\uFEFF{"email":1}', '{"email":1}\n{"email":2}', '"hello"'])(
    "that is the text %j, where fields are to go",
    async (text) => {
      await expect(redacted(text, email)).rejects.toMatchObject({ code: "not_json" });
    },
  );

  test.each([
    'found {"email": "x"}',
    '{"id":1}\n{"email" : 2}',
    "{'email': 1}",
    String.raw`log: "{\"email\":1}"`,
    '```json\n{"email":1}\n```',
  ])("with a member %j, which has a field in it and is no JSON", async (text) => {
    await expect(redacted({ text }, email)).rejects.toMatchObject({ code: "not_json" });
  });

  test("but not for a member that is any other text", async () => {
    const value = { text: 'the "email" of {x}', "email: x": "my email: unknown" };
    expect(await redacted(value, email)).toEqual(value);
  });

  test("for a pointer that names no member", async () => {
    for (const field of ["", "email", "/a/-", "/-", "/~2"]) {
      await expect(redacted({}, { fields: [field] })).rejects.toMatchObject({
        code: "parameters_invalid",
      });
    }
  });
});

test("it reports how much was taken out, and nothing of it", async () => {
  const value = { email: number, a: { email: 1 }, b: `${number} ${number}`, list: [`{"email":1}`] };
  const { report } = await redactResult.transform(value, duty({ ...email, ...card }));
  expect(report).toEqual({ removed: 3, replaced: 2 });
});

async function* streamOf(...items: readonly unknown[]): AsyncGenerator {
  yield* items;
}

async function redactedStream(items: readonly unknown[], parameters: JsonObject) {
  const reports: unknown[] = [];
  const given: unknown[] = [];
  const stream = redactResult.transformStream?.(streamOf(...items), duty(parameters), (done) =>
    reports.push(done),
  );
  try {
    for await (const item of stream ?? []) given.push(item);
  } catch (error) {
    return { given, reports, error };
  }
  return { given, reports };
}

describe("in a stream", () => {
  test.each<[string, readonly unknown[], JsonObject, readonly unknown[]]>([
    [
      "each object is redacted by itself",
      [{ email: 1, a: 2 }, { a: 3 }],
      email,
      [{ a: 2 }, { a: 3 }],
    ],
    ["pieces of a text are one text", ["a 4111", "111111111111", " b"], card, ["a [redacted] b"]],
    ["pieces of JSON are one text", ['{"em', 'ail":1,"a":', "2}"], email, ['{"a":2}']],
    [
      "a text comes before the object behind it",
      ["41", number.slice(2), { a: 1 }, "b"],
      card,
      ["[redacted]", { a: 1 }, "b"],
    ],
    ["nothing comes of nothing", [], email, []],
  ])("%s", async (_, items, parameters, wanted) => {
    expect((await redactedStream(items, parameters)).given).toEqual(wanted);
  });

  test("it reports once, over all items", async () => {
    const { reports } = await redactedStream([{ email: 1 }, { email: 2 }], email);
    expect(reports).toEqual([{ removed: 2, replaced: 0 }]);
  });

  test("the rest is withheld from the first item on that cannot be redacted", async () => {
    const { given, error } = await redactedStream([{ a: 1 }, new Row(), { a: 2 }], email);
    expect(given).toEqual([{ a: 1 }]);
    expect(error).toMatchObject({ code: "not_plain" });
  });

  test("a text that is no JSON is withheld where fields are to go", async () => {
    const { given, error } = await redactedStream(["hel", "lo"], email);
    expect(given).toEqual([]);
    expect(error).toMatchObject({ code: "not_json" });
  });

  test("what an object cuts in a text is not given out whole", async () => {
    const { given, error } = await redactedStream(["4111", { a: 1 }, number.slice(4)], card);
    expect(given).toEqual(["4111", { a: 1 }]);
    expect(error).toMatchObject({ code: "not_json" });
  });

  test("a text without end is not held without end", async () => {
    const { error } = await redactedStream(
      Array.from({ length: 17 }, () => "x".repeat(2 ** 20)),
      card,
    );
    expect(error).toMatchObject({ code: "too_large" });
  });
});
