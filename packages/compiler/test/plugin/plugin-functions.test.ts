import type { JsonValue } from "@scopeward/core";
import type { Compiler, CompilerHost, EvaluateResult } from "@scopeward/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCompiler } from "../../src/index.ts";
import { bareHost, feature, featureTest } from "../feature.ts";
import { ofKind } from "../of-kind.ts";
import acme, { manners } from "../fixtures/acme.plugin.ts";

const host: CompilerHost = {
  ...bareHost,
  pluginBuiltins: acme.builtins,
  pluginModules: [new URL("../fixtures/acme.plugin.ts", import.meta.url).href],
};

const rule = '\ndeny contains {"code": "risky"} if acme.risk(input.action.name) > 5\n';
const files = {
  "features/warehouse.rego": feature("warehouse", rule),
  "features/warehouse_test.rego": featureTest(
    "warehouse",
    `test_risky if count(warehouse.deny) == 1 with input.action.name as "long name"

test_harmless if count(warehouse.deny) == 0 with input.action.name as "short"

test_unknown if count(warehouse.deny) == 0 with input.action.name as "unknown"

test_fails if count(warehouse.deny) == 0 with input.action.name as "boom"

test_replaced if count(warehouse.deny) == 1 with input.action.name as "a" with acme.risk as 9
`,
  ),
};

let compiler: Compiler;
beforeAll(async () => {
  compiler = await openCompiler(host);
});
afterAll(async () => {
  await compiler.close();
});

describe("a plugin's builtin", () => {
  test("is known to check, and its argument types hold", async () => {
    const { problems } = await compiler.check({ files });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const wrong = await compiler.check({
      files: { "features/a.rego": feature("a", rule.replace("input.action.name", "7")) },
    });
    expect(wrong.problems).toContainEqual(
      expect.objectContaining({ code: "rego_type_error", file: "features/a.rego", row: 9 }),
    );
  });

  test("is unknown without its plugin", async () => {
    const bare = await openCompiler(bareHost);
    const { problems } = await bare.check({
      files: { "features/warehouse.rego": feature("warehouse", rule) },
    });
    await bare.close();
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: "rego_type_error",
        file: "features/warehouse.rego",
        row: 9,
      }),
    );
  });

  test("can be built in, and is listed", async () => {
    const built = await compiler.build({ files });
    expect(built.kind).toBe("built");
    const inspected = await compiler.inspect({ files });
    expect(inspected).toMatchObject({
      kind: "inspected",
      builtins: expect.arrayContaining(["acme.risk"]),
    });
  });

  test("runs in tests, where a failure is an error of the test that saw it", async () => {
    const ran = ofKind(await compiler.test({ files }), "ran");
    expect(Object.fromEntries(ran.tests.map(({ name, outcome }) => [name, outcome]))).toEqual({
      test_risky: "pass",
      test_harmless: "pass",
      test_unknown: "pass",
      test_fails: "error",
      test_replaced: "pass",
    });
    const failed = ran.tests.find(({ name }) => name === "test_fails");
    expect(failed?.problems).toContainEqual(
      expect.objectContaining({
        code: "eval_builtin_error",
        file: "features/warehouse.rego",
        row: 9,
      }),
    );
  });
});

const module = "package q\n\nbehaves := acme.behave(input)\n\nechoes := acme.echo(input)\n";

async function ask(query: string, input: JsonValue): Promise<EvaluateResult> {
  return await compiler.evaluate({ files: { "q.rego": module }, query, input });
}

describe("what a plugin's builtin gives", () => {
  test.each(manners)("%s is an error of the call", async (manner) => {
    const result = ofKind(await ask("data.q.behaves", manner), "refused");
    expect(result.problems).toEqual([
      expect.objectContaining({ code: "eval_builtin_error", file: "q.rego", row: 3 }),
    ]);
  });

  test.each([
    null,
    false,
    0,
    -1.5,
    "",
    '\u{1f511} \u0000 "',
    [],
    {},
    [[{ a: [1, "b", null] }]],
    { "": {}, constructor: 1 },
    JSON.parse('{"__proto__": {"polluted": true}}') as JsonValue,
  ])("%j comes back as it went in", async (value) => {
    const result = await ask("data.q.echoes", value);
    expect(result).toEqual({ kind: "value", value });
  });

  test("an integer that would be rounded is an error, not another number", async () => {
    const result = await compiler.evaluate({
      files: { "q.rego": "package q\n\nechoes := acme.echo(9007199254740993)\n" },
      query: "data.q.echoes",
    });
    expect(result).toMatchObject({ kind: "refused", problems: [{ code: "eval_builtin_error" }] });
  });

  test("what no function is there for is undefined", async () => {
    expect(await ask("data.q.behaves", "as usual")).toEqual({ kind: "undefined" });
  });
});

test("a plugin that was given as a value can be compiled for, and its call says what is missing", async () => {
  const declared = await openCompiler({ ...host, pluginModules: [] });
  const { problems } = await declared.check({ files });
  const result = await declared.evaluate({
    files: { "q.rego": module },
    query: "data.q.echoes",
    input: 1,
  });
  await declared.close();
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(result).toMatchObject({ kind: "refused", problems: [{ code: "eval_builtin_error" }] });
});

test.each(["../fixtures/no-plugin.ts", "../fixtures/not-there.ts"])(
  "%s is no plugin: what would call it rejects, what would not works",
  async (path) => {
    const misled = await openCompiler({
      ...host,
      pluginModules: [new URL(path, import.meta.url).href],
    });
    await expect(
      misled.evaluate({ files: { "q.rego": module }, query: "data.q.echoes", input: 1 }),
    ).rejects.toMatchObject({ code: "plugin_unusable" });
    expect((await misled.check({ files })).catalogue).toBeDefined();
    await misled.close();
  },
);

test("a builtin that takes the name of one of OPA's is a fault", async () => {
  const decl = { type: "function", args: [], result: { type: "number" } } as const;
  const shadowing = await openCompiler({
    ...bareHost,
    pluginBuiltins: [{ name: "time.now_ns", decl }],
  });
  await expect(shadowing.check({ files })).rejects.toMatchObject({ code: "failed" });
  await shadowing.close();
});
