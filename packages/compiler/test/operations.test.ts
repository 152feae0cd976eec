import type { Compiler } from "@scopeward/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCompiler } from "../src/index.ts";
import { bareHost, feature, featureTest } from "./feature.ts";
import { ofKind } from "./of-kind.ts";

let compiler: Compiler;
beforeAll(async () => {
  compiler = await openCompiler(bareHost);
});
afterAll(async () => {
  await compiler.close();
});

const rules = '\ndeny contains {"code": "large"} if input.args.limit > 10\n';
const files = {
  "features/a.rego": feature("a", rules),
  "features/a_test.rego": featureTest(
    "a",
    `test_large if count(a.deny) == 1 with input.args as {"limit": 11}

test_small if {
	limit := 12
	print("limit", limit)
	count(a.deny) == 0 with input.args as {"limit": limit}
}

todo_test_later if false
`,
  ),
};

describe("test", () => {
  test("tells of each test what came of it, where it is and what it printed", async () => {
    const ran = ofKind(await compiler.test({ files }), "ran");
    const [large, small, later] = ran.tests;
    expect(ran.tests).toHaveLength(3);
    expect(large).toMatchObject({
      package: "data.features.a_test",
      name: "test_large",
      outcome: "pass",
      file: "features/a_test.rego",
      row: 5,
    });
    expect(large?.milliseconds).toBeGreaterThanOrEqual(0);
    expect(small).toMatchObject({ name: "test_small", outcome: "fail", row: 7 });
    expect(small?.output).toContain("limit 12");
    expect(small?.failure).toMatchObject({
      file: "features/a_test.rego",
      row: 10,
      locals: { limit: 12 },
    });
    expect(later).toMatchObject({ outcome: "skip" });
    expect(ran.coverage).toBeUndefined();
  });

  test("runs what the expression names", async () => {
    const ran = ofKind(await compiler.test({ files, run: "a_test\\.test_l" }), "ran");
    expect(ran.tests.map(({ name }) => name)).toEqual(["test_large"]);
  });

  test("covers the policies and not the library", async () => {
    const options = { files, coverage: true, run: "test_large" };
    const ran = ofKind(await compiler.test(options), "ran");
    expect(ran.coverage?.files["features/a.rego"]).toEqual({
      percent: 100,
      covered: [[9, 9]],
      notCovered: [],
    });
    expect(
      Object.keys(ran.coverage?.files ?? {}).filter((file) => file.startsWith("scopeward")),
    ).toEqual([]);
  });

  test("ends a test that takes too long", async () => {
    const slow = `package slow_test

test_slow if {
	n := numbers.range(1, 100000)
	count([1 | some a in n; some b in n; a == b + 1]) == 0
}
`;
    const options = { files: { "slow_test.rego": slow }, timeoutMs: 300 };
    const ran = ofKind(await compiler.test(options), "ran");
    expect(ran.tests.map(({ outcome }) => outcome)).toEqual(["error"]);
  });

  test("runs tests in the old syntax when it is asked to", async () => {
    const old = { "a_test.rego": "package a_test\n\ntest_x { true }\n" };
    const options = { files: old, v0Compatible: true };
    const ran = ofKind(await compiler.test(options), "ran");
    expect(ran.tests.map(({ outcome }) => outcome)).toEqual(["pass"]);
    expect(await compiler.test({ files: old })).toMatchObject({ kind: "refused" });
  });

  test("is refused when the expression is none", async () => {
    expect(await compiler.test({ files, run: "(" })).toMatchObject({
      kind: "refused",
      problems: [{ code: "filter_invalid" }],
    });
  });

  test("is refused when something does not compile", async () => {
    const ran = await compiler.test({ files: { "a.rego": "package a\n\nb := nothing\n" } });
    expect(ran).toMatchObject({ kind: "refused", problems: [{ file: "a.rego", row: 3 }] });
  });
});

describe("format", () => {
  test("formats each file that parses, and says of the others why not", async () => {
    const { formatted, problems } = await compiler.format({
      files: {
        "good.rego": "package good\na:=1",
        "bad.rego": "package bad\n\na := [",
        "data.json": "{}",
      },
    });
    expect(formatted).toEqual({ "good.rego": "package good\n\na := 1\n" });
    expect(problems).toContainEqual(
      expect.objectContaining({ code: "rego_parse_error", file: "bad.rego", row: 3 }),
    );
  });

  test("changes nothing that is formatted already", async () => {
    expect(await compiler.format({ files })).toEqual({ formatted: files, problems: [] });
  });
});

describe("inspect", () => {
  test("lists packages and rules with their annotations, and the catalogue", async () => {
    const inspected = ofKind(await compiler.inspect({ files }), "inspected");
    expect(inspected.packages).toContainEqual(
      expect.objectContaining({
        path: "data.features.a",
        file: "features/a.rego",
        row: 3,
        annotations: expect.objectContaining({ title: "a" }),
      }),
    );
    expect(inspected.rules).toContainEqual(
      expect.objectContaining({ path: "data.features.a_test.test_large", row: 5, test: true }),
    );
    expect(inspected.builtins).toContain("gt");
    expect(Object.keys(inspected.catalogue.features)).toEqual(["a"]);
  });

  test("is refused when something does not parse", async () => {
    expect(await compiler.inspect({ files: { "a.rego": "package" } })).toMatchObject({
      kind: "refused",
      problems: [{ code: "rego_parse_error" }],
    });
  });
});

describe("evaluate", () => {
  const request = {
    phase: "call",
    subject: { type: "user", id: "ada" },
    key: { id: "abcdefghijkl", audience: "internal", scopes: ["a:use"] },
    action: { type: "tool", name: "a_tool" },
    args: { limit: 11 },
    context: { time: "2026-01-31T12:00:00Z" },
  };
  const query = "data.scopeward.decision";

  test("gives the decision, and which rules spoke", async () => {
    const options = { files, query, input: request, explain: true };
    const answer = ofKind(await compiler.evaluate(options), "value");
    expect(answer.value).toEqual({
      effect: "deny",
      reasons: [{ code: "large" }],
      obligations: [],
    });
    expect(answer.rules).toContainEqual(
      expect.objectContaining({
        path: "data.features.a.deny",
        file: "features/a.rego",
        row: 9,
        value: { code: "large" },
      }),
    );
  });

  test("tells undefined from null and false", async () => {
    const values = { "v.rego": "package v\n\nnothing := null\n\nno := false\n" };
    const ask = async (name: string): Promise<unknown> =>
      await compiler.evaluate({ files: values, query: `data.v.${name}` });
    expect(await ask("missing")).toEqual({ kind: "undefined" });
    expect(await ask("nothing")).toEqual({ kind: "value", value: null });
    expect(await ask("no")).toEqual({ kind: "value", value: false });
  });

  test("is refused when a builtin fails, with the place", async () => {
    const failing = { "v.rego": 'package v\n\nx := to_number("nan?")\n' };
    expect(await compiler.evaluate({ files: failing, query: "data.v.x" })).toMatchObject({
      kind: "refused",
      problems: [{ code: "eval_builtin_error", file: "v.rego", row: 3 }],
    });
  });

  test("is refused when the query does not parse", async () => {
    const refused = ofKind(await compiler.evaluate({ files, query: "data.[" }), "refused");
    expect(refused.problems).toContainEqual(
      expect.objectContaining({ severity: "error", code: "rego_parse_error", row: 1 }),
    );
  });

  test("ends what takes too long", async () => {
    const slow = {
      "v.rego":
        "package v\n\nn := numbers.range(1, 100000)\n\nx := [1 | some a in n; some b in n; a == b + 1]\n",
    };
    expect(
      await compiler.evaluate({ files: slow, query: "data.v.x", timeoutMs: 199.5 }),
    ).toMatchObject({ kind: "refused", problems: [{ code: "eval_cancel_error" }] });
  });
});
