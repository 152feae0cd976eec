import type { TestOutcome } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { wasmTestSources } from "../../src/cli/wasm-test-sources.ts";

const files = {
  "features/a.rego": "package features.a\n",
  "features/a_test.rego": `# about
package features.a_test # here

import data.features.fixtures_test
import data.features.a

test_one if fixtures_test.x == data.features.fixtures_test.x
test_two if data.features.a_testing == 1
`,
  "features/fixtures_test.rego": "package features.fixtures_test\n\nx := 1\n",
  "lib/b_test.rego": "package lib.b\n\ntest_inside if true\n",
};
const packages = [
  { path: "data.features.a", file: "features/a.rego", row: 1, column: 1 },
  { path: "data.features.a_test", file: "features/a_test.rego", row: 2, column: 1 },
  { path: "data.features.fixtures_test", file: "features/fixtures_test.rego", row: 1, column: 1 },
  { path: "data.lib.b", file: "lib/b_test.rego", row: 1, column: 1 },
];

function outcome(name: string, part: Partial<TestOutcome> = {}): TestOutcome {
  return {
    package: "data.features.a_test",
    name,
    outcome: "pass",
    milliseconds: 0,
    file: "features/a_test.rego",
    row: 1,
    ...part,
  };
}

test("packages of tests are renamed in their clause, references and imports, and nothing else", () => {
  const result = wasmTestSources(files, packages, [outcome("test_one")]);
  const copies = Object.keys(result.files);
  expect(copies.filter((file) => file.endsWith("_test.rego"))).toEqual([]);
  expect(result.files["features/a.rego"]).toBe(files["features/a.rego"]);
  expect(result.files["scopeward_run/f1.rego"]).toBe(`# about
package scopeward_run.p0 # here

import data.scopeward_run.p1 as fixtures_test
import data.features.a

test_one if fixtures_test.x == data.scopeward_run.p1.x
test_two if data.features.a_testing == 1
`);
  expect(result.files["scopeward_run/f2.rego"]).toBe("package scopeward_run.p1\n\nx := 1\n");
  expect(result.originalOf.get("scopeward_run/f1.rego")).toBe("features/a_test.rego");
});

test("tests inside a package that is no test package keep it", () => {
  const inside = { package: "data.lib.b", file: "lib/b_test.rego" };
  const result = wasmTestSources(files, packages, [outcome("test_inside", inside)]);
  expect(result.files["scopeward_run/f3.rego"]).toBe(files["lib/b_test.rego"]);
  expect(result.files["scopeward_run/entrypoints.rego"]).toContain(
    "t0 := data.lib.b.test_inside\n",
  );
});

test("each test is an entrypoint of its own", () => {
  const result = wasmTestSources(files, packages, [outcome("test_one"), outcome("test_two")]);
  expect(result.tests.map(({ name, entrypoint }) => [name, entrypoint])).toEqual([
    ["test_one", "scopeward_run/t0"],
    ["test_two", "scopeward_run/t1"],
  ]);
  expect(result.files["scopeward_run/entrypoints.rego"]).toContain(
    "# METADATA\n# entrypoint: true\nt1 := data.scopeward_run.p0.test_two\n",
  );
});

test("twins and files that do not build are left out with a reason; todo is no test", () => {
  const result = wasmTestSources(
    files,
    packages,
    [
      outcome("test_one"),
      outcome("test_one#01"),
      outcome("todo_test_later", { outcome: "skip" }),
      outcome("test_inside", { package: "data.lib.b", file: "lib/b_test.rego" }),
    ],
    new Set(["lib/b_test.rego"]),
  );
  expect(result.tests).toEqual([]);
  expect(result.notRunnable.map(({ name }) => name)).toEqual([
    "test_one",
    "test_one#01",
    "test_inside",
  ]);
  expect(Object.keys(result.files)).not.toContain("scopeward_run/entrypoints.rego");
});
