import type { Compiler, Coverage, PolicyFiles, TestOutcome } from "@scopeward/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCompiler } from "../src/index.ts";
import { bareHost } from "./feature.ts";
import { ofKind } from "./of-kind.ts";
import { readPolicyFiles } from "./policy-files.ts";

let compiler: Compiler;
beforeAll(async () => {
  compiler = await openCompiler(bareHost);
});
afterAll(async () => {
  await compiler.close();
});

/** Runs all tests; gives those that did not pass, with why. */
async function run(
  files: PolicyFiles,
): Promise<{ count: number; others: readonly TestOutcome[]; coverage: Coverage | undefined }> {
  const { tests, coverage } = ofKind(await compiler.test({ files, coverage: true }), "ran");
  const others = tests.filter(({ outcome }) => outcome !== "pass");
  return { count: tests.length, others, coverage };
}

describe("the Rego library", () => {
  const library = readPolicyFiles(new URL("../rego/", import.meta.url));

  test("passes its own tests", async () => {
    const files = Object.fromEntries(
      Object.entries(library).filter(([file]) => file.endsWith("_test.rego")),
    );
    const { count, others } = await run(files);
    expect(others).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });

  test("is formatted", async () => {
    expect(await compiler.format({ files: library })).toEqual({ formatted: library, problems: [] });
  });
});

describe("the reference policies", () => {
  const files = readPolicyFiles(new URL("../../../policies/", import.meta.url));

  test("are without a mistake, and without a warning", async () => {
    expect((await compiler.check({ files })).problems).toEqual([]);
  });

  test("pass their tests, which reach every line", async () => {
    const { count, others, coverage } = await run(files);
    expect(others).toEqual([]);
    expect(count).toBeGreaterThan(30);
    const features = Object.entries(coverage?.files ?? {}).filter(
      ([file]) => !file.endsWith("_test.rego"),
    );
    expect(features.map(([file, { notCovered }]) => ({ file, notCovered }))).toEqual(
      ["approvals", "chatbot", "code_generation", "data_retrieval"].map((name) => ({
        file: `features/${name}.rego`,
        notCovered: [],
      })),
    );
  });

  test("are formatted", async () => {
    const { formatted, problems } = await compiler.format({ files });
    expect(problems).toEqual([]);
    for (const [file, text] of Object.entries(formatted)) expect(text).toBe(files[file]);
  });

  test("build, with nothing to warn of", async () => {
    const built = ofKind(await compiler.build({ files }), "built");
    expect(built.warnings).toEqual([]);
    expect(Object.keys(built.catalogue.features)).toEqual([
      "approvals",
      "chatbot",
      "code_generation",
      "data_retrieval",
    ]);
  });
});
