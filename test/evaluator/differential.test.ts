import { fc, test } from "@fast-check/vitest";
import type { JsonValue } from "@scopeward/core";
import { openCompiler } from "@scopeward/compiler";
import { hostBuiltins, openEvaluator } from "@scopeward/policy";
import type { Compiler, Evaluator } from "@scopeward/sdk";
import { afterAll, beforeAll, describe, expect } from "vitest";

/**
 * Expressions over `input.a`, `input.b` and `input.c`: each becomes a rule that both evaluators are
 * asked for. Native builtins, host builtins, operators, and what the language does with them.
 */
const expressions = [
  "startswith(input.a, input.b)",
  "endswith(input.a, input.b)",
  "contains(input.a, input.b)",
  "upper(input.a)",
  "trim_left(input.a, input.b)",
  "trim_space(input.a)",
  "split(input.a, input.b)",
  "concat(input.b, input.c)",
  "indexof(input.a, input.b)",
  "substring(input.a, input.b, input.c)",
  "replace(input.a, input.b, input.c)",
  'sprintf("%v %d %s", [input.a, input.b, input.c])',
  '$"{input.a} and {input.b}"',
  "format_int(input.a, 16)",
  "to_number(input.a)",
  "input.a + input.b",
  "input.a - input.b",
  "input.a * input.b",
  "input.a / input.b",
  "input.a % input.b",
  "abs(input.a)",
  "round(input.a)",
  "ceil(input.a)",
  "input.a < input.b",
  "input.a == input.b",
  "count(input.c)",
  "sum(input.c)",
  "max(input.c)",
  "sort(input.c)",
  "array.concat(input.b, input.c)",
  "array.slice(input.c, input.a, input.b)",
  "object.get(input.a, input.b, input.c)",
  "object.union(input.a, input.b)",
  "object.keys(input.a)",
  "object.remove(input.a, input.c)",
  "union({{input.a}, {input.b}})",
  "{x | some x in input.c; x != input.a}",
  "[x | some x in sort(input.c); x != input.a]",
  "{k: v | some k, v in input.c}",
  "json.marshal(input.a)",
  "json.unmarshal(input.a)",
  "json.filter(input.a, input.c)",
  "base64.decode(input.a)",
  "regex.match(input.a, input.b)",
  'regex.replace(input.a, `[a-z]+`, "-")',
  'glob.match(input.a, ["/"], input.b)',
  "semver.compare(input.a, input.b)",
  "units.parse_bytes(input.a)",
  "type_name(input.a)",
  "is_string(input.a)",
  "input.a in input.c",
  "numbers.range(input.a, input.b)",
  "bits.and(input.a, input.b)",
  'net.cidr_contains("10.0.0.0/8", input.a)',
  "time.parse_rfc3339_ns(input.a)",
  "crypto.sha256(input.a)",
] as const;

const values: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>("", "a", "ab", "b", "/", "1", "-1.5", "1.2.3", "1Mi", "[1,2]", "é𝄞"),
  fc.constantFrom<JsonValue>("10.1.2.3", "2026-01-31T12:00:00Z", "YWI=", "[a-z]+", "a*", "**"),
  fc.constantFrom<JsonValue>(0, 1, 2, -1, 1.5, 7, 1e3, 12345678901, null, true, false),
  fc.constantFrom<JsonValue>([], [1, 2], ["a", "b"], [3, 1, 2], ["a/b", "/a"], [[1], [2]]),
  fc.constantFrom<JsonValue>({}, { a: 1 }, { a: { b: 2 }, b: [1] }, { b: "x" }),
);
const inputs = fc.record(
  { a: values, b: values, c: values },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonValue>;

const rules = expressions.map(
  (expression, index) =>
    `# METADATA\n# entrypoint: true\nr${index} := sprintf("%v", [x]) if x := ${expression}`,
);
const files = { "both/both.rego": `package both\n\n${rules.join("\n\n")}\n` };

type Outcome = { readonly kind: "value"; readonly value: unknown } | { readonly kind: string };

let compiler: Compiler;
let evaluator: Evaluator;

beforeAll(async () => {
  compiler = await openCompiler({ hostBuiltins, pluginBuiltins: [], pluginModules: [] });
  const built = await compiler.build({ files });
  if (built.kind === "refused") throw new Error(JSON.stringify(built.problems));
  evaluator = await openEvaluator(built.bundle, {});
});
afterAll(async () => {
  evaluator.close();
  await compiler.close();
});

async function reference(index: number, input: JsonValue): Promise<Outcome> {
  const result = await compiler.evaluate({ files, query: `data.both.r${index}`, input });
  if (result.kind === "refused") {
    expect(result.problems[0]?.code, JSON.stringify(result.problems)).toMatch(/^eval_/u);
    return { kind: "failed" };
  }
  return result.kind === "value" ? { kind: "value", value: result.value } : result;
}

function shipped(index: number, input: JsonValue): Outcome {
  const result = evaluator.evaluate(`both/r${index}`, JSON.stringify(input));
  if (result.kind === "value") return result;
  return { kind: result.code === "engine:undefined" ? "undefined" : "failed" };
}

describe("the shipped evaluator answers as OPA does when builtin errors are errors", () => {
  const cases = expressions.map((expression, index) => ({ expression, index }));
  test.prop([fc.constantFrom(...cases), inputs], { numRuns: 600 })(
    "for any expression and any input",
    async ({ index }, input) => {
      expect(shipped(index, input)).toEqual(await reference(index, input));
    },
    120_000,
  );
});
