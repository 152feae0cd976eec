import { describe, expect, test } from "vitest";
import { checkArchitecture } from "./check.ts";
import { isAllowedArrow, layerOf } from "./import-rules.ts";
import { readRepository } from "./repository.ts";
import type { RuleName } from "./violation.ts";

function manifest(name: string, dependencies: string[], entries: string[] = ["."]): string {
  return JSON.stringify({
    name,
    exports: Object.fromEntries(
      entries.map((entry) => [
        entry,
        entry === "." ? "./src/index.ts" : `./src/${entry.slice(2)}.ts`,
      ]),
    ),
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, "1.0.0"])),
  });
}

/** A small repository without a violation, and the files that a test puts into it. */
function repository(files: Record<string, string> = {}): Map<string, string> {
  const house = ["@scopeward/core", "@scopeward/sdk", "@scopeward/compiler", "@scopeward/policy"];
  return new Map(
    Object.entries({
      "packages/core/package.json": manifest("@scopeward/core", []),
      "packages/sdk/package.json": manifest("@scopeward/sdk", house),
      "packages/compiler/package.json": manifest("@scopeward/compiler", house, [".", "./worker"]),
      "packages/policy/package.json": manifest("@scopeward/policy", [...house, "yaml"]),
      "packages/scopeward/package.json": manifest("scopeward", house),
      "packages/core/src/scope.ts": "/** A scope. */\nexport type Scope = string;\n",
      "packages/core/src/index.ts": 'export type { Scope } from "./scope.ts";\n',
      "packages/policy/src/load.ts":
        'import "node:fs";\nimport "yaml";\nimport "@scopeward/core";\n',
      ...files,
    }),
  );
}

function rulesBroken(files: Record<string, string>): RuleName[] {
  return checkArchitecture(repository(files)).map(({ rule }) => rule);
}

test("this repository keeps every rule", () => {
  const sources = readRepository();
  expect(sources.size).toBeGreaterThan(20);
  expect(checkArchitecture(sources)).toEqual([]);
});

test("a repository without a violation has none reported", () => {
  expect(checkArchitecture(repository())).toEqual([]);
});

test("a violation names its rule, file and line", () => {
  const files = { "packages/core/src/late.ts": '// é 🙂\n\nexport * from "./scope.ts";\n' };
  expect(checkArchitecture(repository(files))).toMatchObject([
    { rule: "export_star", path: "packages/core/src/late.ts", line: 3 },
  ]);
});

test("a file that does not parse is reported, not skipped", () => {
  expect(rulesBroken({ "packages/core/src/bad.ts": "export const = ;" })).toContain("unparseable");
});

describe("arrows between packages", () => {
  test.each([
    ["a lower package imports a higher one", "sdk", 'import "@scopeward/policy";'],
    ["a sibling imports its sibling", "policy", 'import "@scopeward/compiler";'],
    ["a library imports the product", "compiler", 'import "scopeward";'],
    ["only a type is imported", "sdk", 'import type { A } from "@scopeward/policy";'],
    ["a type is imported in place", "sdk", 'type A = import("@scopeward/policy").A;'],
    ["the import is dynamic", "sdk", 'void import("@scopeward/policy");'],
    ["the import is a template without a hole", "sdk", "void import(`@scopeward/policy`);"],
    ["the module is only resolved", "policy", 'import.meta.resolve("@scopeward/compiler/worker");'],
    ["the name is exported again", "sdk", '/** A. */\nexport { A } from "@scopeward/policy";'],
    ["the import is an assignment", "sdk", 'import a = require("@scopeward/policy");'],
    ["the package is not in the design", "scopeward", 'import "@scopeward/manager";'],
  ])("fails when %s", (_, folder, source) => {
    expect(rulesBroken({ [`packages/${folder}/src/seed.ts`]: source })).toContain("arrow");
  });

  test("going down several levels is allowed, from every layer", () => {
    for (const [from, upper] of layerOf) {
      for (const [to, lower] of layerOf) expect(isAllowedArrow(from, to)).toBe(upper > lower);
    }
  });

  test("a package may name itself", () => {
    const source = 'import.meta.resolve("@scopeward/compiler/worker");';
    expect(rulesBroken({ "packages/compiler/src/seed.ts": source })).toEqual([]);
  });

  test("tests may import any package by its name", () => {
    expect(
      rulesBroken({ "packages/sdk/test/seed.test.ts": 'import "@scopeward/policy";' }),
    ).toEqual([]);
  });
});

describe("paths into another package", () => {
  test.each([
    ["a source goes up into another package", "packages/sdk/src/a.ts", "../../core/src/scope.ts"],
    ["a test does", "packages/sdk/test/a.test.ts", "../../core/src/scope.ts"],
    ["a source leaves its src folder", "packages/sdk/src/a.ts", "../test/fixture.ts"],
  ])("fails when %s", (_, path, specifier) => {
    expect(rulesBroken({ [path]: `import "${specifier}";` })).toEqual(["reach_in"]);
  });

  test.each(["@scopeward/core/src/scope.ts", "@scopeward/compiler/internal"])(
    "fails when the export map does not have `%s`",
    (specifier) => {
      expect(rulesBroken({ "packages/scopeward/src/a.ts": `import "${specifier}";` })).toEqual([
        "unknown_entry",
      ]);
    },
  );

  test("a test may reach its own package's sources", () => {
    expect(rulesBroken({ "packages/core/test/a.test.ts": 'import "../src/scope.ts";' })).toEqual(
      [],
    );
  });
});

describe("dependencies", () => {
  test("fails when a source imports what package.json does not list", () => {
    expect(rulesBroken({ "packages/policy/src/a.ts": 'import "ajv/dist/2020.js";' })).toEqual([
      "undeclared_dependency",
    ]);
  });

  test.each(["node:fs", "node:worker_threads", "fs"])("fails when core imports `%s`", (name) => {
    expect(rulesBroken({ "packages/core/src/a.ts": `import "${name}";` })).toContain(
      "core_is_pure",
    );
  });
});

describe("names", () => {
  test.each([
    "packages/core/src/utils.ts",
    "packages/core/src/common/a.ts",
    "packages/core/test/helpers.test.ts",
    "packages/shared/README.md",
    "packages/core/src/types.gen.json",
    "packages/core/src/Types.json",
  ])("fails at `%s`", (path) => {
    expect(rulesBroken({ [path]: "" })).toEqual(["forbidden_name"]);
  });

  test("fails when a package is called so", () => {
    expect(
      rulesBroken({ "packages/tools/package.json": manifest("@scopeward/utils", []) }),
    ).toEqual(["forbidden_name"]);
  });

  test("a name that only contains one of the words is fine", () => {
    expect(rulesBroken({ "packages/core/src/rego-types.ts": "" })).toEqual([]);
  });

  test.each(["// Generated by `gen`. Do not edit.\n", "/* @generated */\n"])(
    "fails when a file with the header %j is not called *.gen.ts",
    (header) => {
      expect(rulesBroken({ "tools/table.ts": header })).toEqual(["generated_name"]);
      expect(rulesBroken({ "tools/table.gen.ts": header })).toEqual([]);
    },
  );

  test("fails when a *.gen.ts file has no header", () => {
    expect(rulesBroken({ "packages/core/src/table.gen.ts": "" })).toEqual(["generated_name"]);
  });
});

describe("exports", () => {
  test.each([
    "export const a = 1;",
    "export function f(): void {}",
    "export class C {}",
    "export interface I {}",
    "export type T = string;",
    "export default 1;",
    "const a = 1;\nexport { a };",
    "/** */\nexport const a = 1;",
    "// A line.\nexport const a = 1;",
    "/* A block. */\nexport const a = 1;",
    "/** About something else. */\n\nexport const a = 1;",
    "/** About b. */\nconst b = 1;\nexport const a = b;",
    'export { parse } from "yaml";',
    'export { Scope } from "./scope.ts";',
  ])("fails when nothing documents %j", (source) => {
    expect(rulesBroken({ "packages/policy/src/seed.ts": source })).toEqual(["doc_missing"]);
  });

  test.each([
    "/** A. */\nexport const a = 1;",
    "/**\n * A.\n */\nexport async function f(): Promise<void> {}",
    "/** A. */\nconst a = 1;\nexport { a };",
    "/** F. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;\nexport function f(a: unknown): unknown { return a; }",
    '/** Of another library. */\nexport { parse } from "yaml";',
    "export {};",
  ])("accepts %j", (source) => {
    expect(rulesBroken({ "packages/policy/src/seed.ts": source })).toEqual([]);
  });

  test("an entry repeats no comment for what the house declares, but does for others", () => {
    const entry = "packages/policy/src/index.ts";
    expect(rulesBroken({ [entry]: 'export { Scope } from "@scopeward/core";' })).toEqual([]);
    expect(rulesBroken({ [entry]: 'export { parse } from "yaml";' })).toEqual(["doc_missing"]);
    const worker = { "packages/compiler/src/worker.ts": 'export { a } from "./a.ts";' };
    expect(rulesBroken(worker)).toEqual([]);
  });

  test.each([
    'export * from "./a.ts";',
    'export * as all from "./a.ts";',
    'export type * from "./a.ts";',
  ])("fails at %j", (source) => {
    expect(rulesBroken({ "packages/core/src/index.ts": source })).toEqual(["export_star"]);
  });

  test("code outside of the packages' sources needs no doc comment", () => {
    expect(rulesBroken({ "bench/main.ts": "export const a = 1;" })).toEqual([]);
  });
});

describe("suppressions", () => {
  test.each([
    "// oxlint-disable-next-line no-console",
    "/* eslint-disable no-console */",
    "// oxlint-disable-line no-console -- ok",
    "// @ts-expect-error",
    "/* @ts-ignore: bug */",
    "// prettier-ignore",
    "/* v8 ignore next */",
  ])("fails when %j gives no reason", (comment) => {
    expect(rulesBroken({ "test/seed.test.ts": `${comment}\nvoid 0;` })).toEqual([
      "suppression_reason",
    ]);
  });

  test.each([
    "// oxlint-disable-next-line no-console -- the worker has no other way out",
    "// @ts-expect-error a scope that is misspelt must not compile",
    "// oxfmt-ignore -- the table is read by column",
    "// a comment about oxlint-disable and @ts-ignore",
  ])("accepts %j", (comment) => {
    expect(rulesBroken({ "test/seed.test.ts": `${comment}\nvoid 0;` })).toEqual([]);
  });
});
