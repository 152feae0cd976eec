import { openEvaluator, openPolicy } from "@scopeward/policy";
import type { PolicyOptions } from "@scopeward/policy";
import type { Evaluation, Evaluator } from "@scopeward/sdk";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { pluginBuiltins } from "./probe-bundle.ts";
import { probeBundle } from "./probes.ts";

let bundle: Uint8Array;

// Starting a thread takes long where many start at once.
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => vi.resetConfig());

beforeAll(async () => {
  bundle = await probeBundle();
}, 120_000);

const pluginModules = [new URL("plugins/acme.plugin.ts", import.meta.url).href];

async function open(limits: PolicyOptions["limits"] = {}): Promise<Evaluator> {
  const evaluator = await openEvaluator(bundle, { isolation: "worker", pluginModules, limits });
  onTestFinished(() => evaluator.close());
  return evaluator;
}

function code(answer: Evaluation): string {
  return answer.kind === "failed" ? answer.code : "value";
}

describe("in its own thread", () => {
  let plain: Evaluator;
  let isolated: Evaluator;

  beforeAll(async () => {
    plain = await openEvaluator(bundle, { builtins: pluginBuiltins({}) });
    isolated = await openEvaluator(bundle, { isolation: "worker", pluginModules });
  });

  afterAll(() => {
    plain.close();
    isolated.close();
  });

  test.for([
    ["probe/echo", '{"__proto__":{"a":[1,"\\u0000é😀"]}}'],
    ["probe/echo", "null"],
    ["probe/seen", ""],
    ["probe/mixed", "{}"],
    ["probe/base", "{}"],
    ["probe/missing", "{}"],
    ["probe/nobody", "{}"],
    ["probe/conflict", '{"first":1,"second":1}'],
    ["probe/echoed", '{"a":[1]}'],
    ["probe/echoed", "[9007199254740993]"],
    ["probe/echoed_set", "{}"],
    ["probe/subset", '{"super":1,"sub":{}}'],
  ] as const)("%s answers %s as in the caller's", ([entrypoint, input]) => {
    const answer = isolated.evaluate(entrypoint, input);
    expect(JSON.stringify(answer)).toBe(JSON.stringify(plain.evaluate(entrypoint, input)));
  });

  test("it is of the same bundle as in the caller's", () => {
    expect(isolated.entrypoints).toEqual(plain.entrypoints);
    expect(isolated.revision).toBe(plain.revision);
  });

  test("a thousand evaluations have a thousand answers, each its own", () => {
    for (let value = 0; value < 1_000; value++) {
      const answer = isolated.evaluate("probe/echo", String(value));
      expect(answer).toEqual({ kind: "value", value });
    }
  });
});

test.for([
  ["a builtin that never comes back", "probe/effect", '"spin"'],
  ["a builtin that ends its thread", "probe/effect", '"exit"'],
  ["Rego that goes on for hours", "probe/spun", '{"size":200000}'],
] as const)(
  "%s is `engine:timeout`, and the next evaluation is well",
  async ([, entrypoint, input]) => {
    const evaluator = await open({ timeoutMs: 300, memoryBytes: 2 ** 32 });
    for (let round = 0; round < 2; round++) {
      const begun = performance.now();
      expect(code(evaluator.evaluate(entrypoint, input))).toBe("engine:timeout");
      expect(performance.now() - begun).toBeGreaterThan(250);
      expect(evaluator.evaluate("probe/echoed", '{"still":["here"]}')).toEqual({
        kind: "value",
        value: { still: ["here"] },
      });
    }
  },
);

test("a thread that dies between two evaluations is replaced", async () => {
  const evaluator = await open({ timeoutMs: 300 });
  evaluator.evaluate("probe/effect", '"exit later"');
  await expect
    .poll(() => code(evaluator.evaluate("probe/echo", "1")), { timeout: 10_000 })
    .toBe("value");
});

test("the memory limit holds in the thread", async () => {
  const evaluator = await open({ memoryBytes: 8 * 2 ** 20, timeoutMs: 60_000 });
  const answer = evaluator.evaluate("probe/grown", '{"size":1000000}');
  expect(code(answer)).toBe("engine:evaluation_failed");
  expect(code(evaluator.evaluate("probe/grown", '{"size":10}'))).toBe("value");
});

test("a builtin that was handed over as a value is refused by name", async () => {
  const opening = openEvaluator(bundle, { isolation: "worker", builtins: pluginBuiltins({}) });
  await expect(opening).rejects.toMatchObject({
    problems: [{ code: "plugin_not_a_module" }, { code: "plugin_not_a_module" }],
  });
});

test("a builtin whose module is there may be handed over as well", async () => {
  const evaluator = await openEvaluator(bundle, {
    isolation: "worker",
    builtins: pluginBuiltins({}),
    pluginModules,
  });
  onTestFinished(() => evaluator.close());
  expect(code(evaluator.evaluate("probe/echoed", "1"))).toBe("value");
});

test.for([
  ["is not there", new URL("plugins/nobody.ts", import.meta.url).href],
  ["exports no plugin", new URL("probes.ts", import.meta.url).href],
])("a plugin module that %s is refused", async ([, module]) => {
  const opening = openEvaluator(bundle, {
    isolation: "worker",
    builtins: pluginBuiltins({}),
    pluginModules: [module!],
  });
  const problems = expect.arrayContaining([
    expect.objectContaining({ code: "plugin_unusable" }),
  ]) as unknown;
  await expect(opening).rejects.toMatchObject({ problems });
});

test.for([0, -1, Number.NaN])("a time limit of %s is a mistake", async (timeoutMs) => {
  await expect(open({ timeoutMs })).rejects.toThrow(RangeError);
});

test("a policy decides in isolation, and denies after close", async () => {
  const opened = await openPolicy(bundle, { isolation: "worker", pluginModules });
  if (opened.kind === "refused") throw new Error(JSON.stringify(opened.problems));
  const decision = opened.value.decide({
    phase: "call",
    subject: { type: "user", id: "ann" },
    key: { id: "k1", audience: "internal", scopes: ["a:read"] },
    action: { type: "tool", name: "nobody_owns_it" },
    args: {},
    context: { time: "2026-01-01T00:00:00Z" },
  });
  expect(decision.effect).toBe("deny");
  expect(decision.reasons.map((reason) => reason.code)).not.toContain("engine:input_invalid");
  opened.value.close();
  expect(opened.value.decide({}).reasons).toMatchObject([{ code: "engine:no_bundle" }]);
});

test("after close every evaluation is `engine:no_bundle`", async () => {
  const evaluator = await open();
  evaluator.close();
  evaluator.close();
  expect(code(evaluator.evaluate("probe/echo", "1"))).toBe("engine:no_bundle");
});
