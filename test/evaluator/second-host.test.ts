import { loadPolicy } from "@open-policy-agent/opa-wasm";
import { openEvaluator } from "@scopeward/policy";
import type { Evaluator } from "@scopeward/sdk";
import { fc, test } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleFile, pluginBuiltins, pluginNames } from "./probe-bundle.ts";
import { probeBundle } from "./probes.ts";

type SecondHost = Awaited<ReturnType<typeof loadPolicy>>;

let first: Evaluator;
let second: SecondHost;

beforeAll(async () => {
  const bundle = await probeBundle();
  first = await openEvaluator(bundle, { builtins: pluginBuiltins({}) });
  const wasm = new Uint8Array(bundleFile(bundle, "policy.wasm")).buffer;
  const functions = Object.fromEntries(pluginNames.map((name) => [name, identity]));
  second = await loadPolicy(wasm, { initial: 32, maximum: 1_024 }, functions);
  second.setData(JSON.parse(Buffer.from(bundleFile(bundle, "data.json")).toString()));
}, 120_000);

afterAll(() => first.close());

function identity(value: unknown): unknown {
  return value;
}

/** What the SDK of OPA answers; undefined where the entrypoint is. */
function ask(entrypoint: string, input: unknown): unknown {
  const results = second.evaluate(input, entrypoint) as readonly { readonly result: unknown }[];
  return results[0]?.result;
}

function answer(entrypoint: string, input: unknown): unknown {
  const evaluation = first.evaluate(entrypoint, JSON.stringify(input));
  if (evaluation.kind === "value") return evaluation.value;
  if (evaluation.code === "engine:undefined") return undefined;
  throw new Error(`${evaluation.code}: ${evaluation.detail}`);
}

describe("the same module in OPA's SDK answers the same", () => {
  it.for([
    ["probe/echo", { a: [1, -0.5, 1e300, "é\u0000"], b: {} }],
    ["probe/keys", { z: 1, a: { b: [true] } }],
    ["probe/missing", { other: 1 }],
    ["probe/conflict", { first: 1 }],
    ["probe/conflict", { second: 1 }],
    ["probe/base", {}],
    ["probe/echoed", { list: [{ x: null }] }],
    ["probe/guarded", 4],
    ["probe/guarded", 6],
    ["scopeward/decision", { phase: "list" }],
  ] as const)("%s of %j", ([entrypoint, input]) => {
    expect(answer(entrypoint, input)).toEqual(ask(entrypoint, input));
  });
});

const json = fc.jsonValue({ maxDepth: 4 });

// The SDK takes these for no input at all.
const unseen: readonly unknown[] = ["", 0, false, null];

test.prop([json.filter((input) => !unseen.includes(input))])(
  "any input comes back as from OPA's SDK",
  (input) => {
    expect(answer("probe/echo", input)).toEqual(ask("probe/echo", input));
  },
);

test.prop([json])("any input comes back as it is", (input) => {
  const text = JSON.stringify(sorted(JSON.parse(JSON.stringify(input))));
  expect(JSON.stringify(sorted(answer("probe/echo", input)))).toBe(text);
});

test.prop([json.filter(isExact)])("any input passes through a builtin as it is", (input) => {
  expect(answer("probe/echoed", input)).toEqual(answer("probe/echo", input));
});

/** No integer in it that a plugin would see rounded. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isExact);
}

/** Members in one order, since OPA's order is its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}
