import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { readConformanceSuite } from "../../tools/conformance/conformance-case.ts";
import type { ConformanceSuite } from "../../tools/conformance/conformance-case.ts";
import { ModuleUnavailable } from "../../tools/conformance/opa-module.ts";
import { runCases } from "../../tools/conformance/run-cases.ts";

// Far enough apart to meet most groups, and never a multiple of how many cases a file holds.
const stride = 37;

const suite = await suiteOrReason();

async function suiteOrReason(): Promise<ConformanceSuite | string> {
  try {
    return await readConformanceSuite();
  } catch (error) {
    if (error instanceof ModuleUnavailable) return error.message;
    throw error;
  }
}

describe("a sample of OPA's conformance cases", () => {
  test("fails nowhere but where docs/conformance.md says so", async ({ skip }) => {
    if (typeof suite === "string") return skip(suite);
    const cases = suite.cases.filter((_, index) => index % stride === 0);
    const results = await runCases({ ...suite, cases });
    const failed = results.flatMap(({ each, verdict }) =>
      verdict.kind === "failed" ? [`| ${each.note} | ${verdict.reason}`] : [],
    );
    const page = readFileSync(join(repositoryRoot, "docs/conformance.md"), "utf8");
    const unlisted = failed.filter((line) => !page.includes(line.slice(0, line.indexOf(" | ", 3))));
    expect(unlisted).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });
});
