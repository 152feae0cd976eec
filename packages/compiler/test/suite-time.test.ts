import type { Compiler } from "@scopeward/sdk";
import { afterEach, describe, expect, test } from "vitest";
import { startCompiler } from "../src/open-compiler.ts";
import { suiteTimeMs } from "../src/suite-time.ts";
import { bareHost } from "./feature.ts";
import acme from "./fixtures/acme.plugin.ts";

const files = {
  "a_test.rego": "package a_test\n\ntest_one if true\n\ntest_two if true\n",
  "b_test.rego": "package b_test\n\ntodo_test_three if true\n",
};

let compiler: Compiler | undefined;
afterEach(async () => {
  await compiler?.close();
});

describe("the time of a suite", () => {
  test("is that of each test, and of evaluating it again", () => {
    expect(suiteTimeMs({ files, timeoutMs: 100 })).toBe(600);
    expect(suiteTimeMs({ files })).toBe(30_000);
    expect(suiteTimeMs({ files: {} })).toBe(0);
  });

  test("is more than what one operation may take", async () => {
    compiler = startCompiler(bareHost, 1);
    await expect(compiler.check({ files })).rejects.toMatchObject({ code: "timeout" });
    const result = await compiler.test({ files });
    expect(result.kind === "ran" && result.tests.map(({ outcome }) => outcome)).toEqual([
      "pass",
      "pass",
      "skip",
    ]);
  });

  test("ends a suite in which nothing can end a test", async () => {
    const module = new URL("fixtures/acme.plugin.ts", import.meta.url).href;
    const host = { ...bareHost, pluginBuiltins: acme.builtins, pluginModules: [module] };
    compiler = startCompiler(host, 2_000);
    const endless = { "a_test.rego": "package a_test\n\ntest_endless if acme.wait()\n" };
    const suite = compiler.test({ files: endless, timeoutMs: 100 });
    await expect(suite).rejects.toMatchObject({ code: "timeout" });
  });
});
