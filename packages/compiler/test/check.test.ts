import type { Compiler } from "@scopeward/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCompiler } from "../src/index.ts";
import { bareHost, feature } from "./feature.ts";

let compiler: Compiler;
beforeAll(async () => {
  compiler = await openCompiler(bareHost);
});
afterAll(async () => {
  await compiler.close();
});

test("sources without a mistake give their catalogue and no error", async () => {
  const { problems, catalogue } = await compiler.check({
    files: { "features/orders.rego": feature("orders") },
  });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(Object.keys(catalogue?.scopes ?? {})).toEqual(["orders:use"]);
  expect(Object.keys(catalogue?.tools ?? {})).toEqual(["orders_tool"]);
});

test("every file that does not parse is told, each with its place, and there is no catalogue", async () => {
  const broken = Array.from({ length: 14 }, (_, index) => `f${String(index).padStart(2, "0")}`);
  const files = Object.fromEntries(
    broken.map((name) => [`features/${name}.rego`, feature(name, "deny contains {\n")]),
  );
  const { problems, catalogue } = await compiler.check({ files });
  expect(catalogue).toBeUndefined();
  expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(Object.keys(files)));
  for (const { code, row } of problems) {
    expect(code).toBe("rego_parse_error");
    expect(row).toBeGreaterThan(6);
  }
});

test("an unknown function is told in each file, at the place of its call", async () => {
  const call = '\ndeny contains {"code": "no"} if acme.unknown(1)\n';
  const { problems } = await compiler.check({
    files: { "features/a.rego": feature("a", call), "features/b.rego": feature("b", call) },
  });
  expect(problems.map(({ code, file, row, column }) => ({ code, file, row, column }))).toEqual(
    ["features/a.rego", "features/b.rego"].map((file) => ({
      code: "rego_type_error",
      file,
      row: 9,
      column: 33,
    })),
  );
});

test("a feature that asks for the decision is told of its own rule, not of the library's", async () => {
  const { problems } = await compiler.check({
    files: {
      "features/a.rego": feature(
        "a",
        '\ndeny contains {"code": "no"} if data.scopeward.decision.effect == "allow"\n',
      ),
    },
  });
  const recursions = problems.filter(({ code }) => code === "rego_recursion_error");
  expect(recursions.map(({ file, row }) => ({ file, row }))).toEqual([
    { file: "features/a.rego", row: 9 },
  ]);
});

test("a misspelt member of the input is told at its place", async () => {
  const { problems } = await compiler.check({
    files: {
      "features/a.rego": feature(
        "a",
        '\ndeny contains {"code": "no"} if input.sbject.id == "ada"\n',
      ),
    },
  });
  expect(problems).toContainEqual(
    expect.objectContaining({ code: "rego_type_error", file: "features/a.rego", row: 9 }),
  );
});

test("Rego v0 is a mistake, unless it is asked for", async () => {
  const v0 = "package old\n\nallow { input.n == 1 }\n";
  const files = { "old.rego": v0 };
  const strict = await compiler.check({ files });
  expect(strict.problems.map(({ code }) => code)).toContain("rego_parse_error");
  const lenient = await compiler.check({ files, v0Compatible: true });
  expect(lenient.problems.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("nothing at all is no mistake", async () => {
  expect(await compiler.check({ files: {} })).toEqual({
    problems: [],
    catalogue: { features: {}, models: {}, scopes: {}, tools: {} },
  });
});
