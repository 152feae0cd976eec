import type { Problem } from "@scopeward/core";
import type { TestOptions as TestRequest } from "@scopeward/sdk";
import { Command, Option } from "commander";
import type { ReadingOptions } from "../command-options.ts";
import {
  addExample,
  addProjectOptions,
  addReadingOptions,
  addWatchOption,
  duration,
  percentage,
} from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { InvalidInput } from "../invalid-input.ts";
import type { Output } from "../output.ts";
import type { PolicySources } from "../policy-sources.ts";
import { reportRefusal, reportTests } from "../test-report.ts";
import type { TestFormat } from "../test-report.ts";
import { runOnEvaluators } from "../test-run.ts";
import type { EvaluatorChoice, TestRun } from "../test-run.ts";
import type { Workbench } from "../workbench.ts";

interface TestOptions extends ReadingOptions {
  readonly format: TestFormat;
  readonly watch?: boolean;
  readonly coverage?: boolean;
  readonly threshold?: number;
  readonly run?: string;
  readonly timeout?: number;
  readonly evaluator: EvaluatorChoice;
  readonly allowEmpty?: boolean;
}

/** `scopeward test`: the policies' Rego tests, on OPA's runner and on the shipped evaluator. */
export const testCommand: DefineCommand = (output, finish) => {
  const command = new Command("test")
    .description("Run the policies' Rego tests.")
    .argument("[path...]", "folders of policies (default: policies)");
  addProjectOptions(command, ["pretty", "json", "junit", "github"]);
  addReadingOptions(command);
  addWatchOption(command);
  addExample(command, "scopeward test policies --coverage --threshold 90");
  return command
    .addOption(
      new Option(
        "-e, --evaluator <name>",
        "what runs the tests: OPA's own, the shipped one, or both",
      )
        .choices(["opa", "wasm", "all"])
        .default("opa"),
    )
    .option("-r, --run <regex>", "run only tests whose `<package>.<name>` matches (RE2)")
    .option(
      "-t, --timeout <duration>",
      "limit for one test, such as 500ms or 5s (default: 5s)",
      duration,
    )
    .option("--coverage", "report which lines of the policies the tests reached")
    .option("--threshold <percent>", "fail below this coverage (implies --coverage)", percentage)
    .option("--allow-empty", "finding no test is no failure")
    .action(async (paths: readonly string[], options: TestOptions) => {
      finish(await test(paths, options, output));
    });
};

async function test(
  paths: readonly string[],
  options: TestOptions,
  output: Output,
): Promise<ExitCode> {
  const { openWorkbench } = await import("../workbench.ts");
  const bench = await openWorkbench(options, paths);
  try {
    const once = async (): Promise<ExitCode> => {
      const sources = await bench.read({ ...options, mayBeEmpty: true });
      return await runTests(bench, sources, options, output);
    };
    if (options.watch !== true) return await once();
    return await bench.watch(options, once, output);
  } finally {
    await bench.close();
  }
}

// The filter is the command's own input, and no problem of the policies.
function refuseFilter(problems: readonly Problem[]): void {
  const problem = problems.find(({ code }) => code === "filter_invalid");
  if (problem !== undefined) throw new InvalidInput(`\`--run\`: ${problem.message}`);
}

async function runTests(
  bench: Workbench,
  sources: PolicySources,
  options: TestOptions,
  output: Output,
): Promise<ExitCode> {
  const request: TestRequest = {
    files: sources.files,
    v0Compatible: options.v0Compatible === true,
    coverage: options.coverage === true || options.threshold !== undefined,
    ...(options.run === undefined ? {} : { run: options.run }),
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
  };
  const start = performance.now();
  const work = runOnEvaluators(options.evaluator, request, bench);
  const result = await output.progress("testing", work);
  if (result.kind === "refused") {
    refuseFilter(result.problems);
    reportRefusal(result.problems.map(sources.locate), sources, options.format, output);
    return exitCode.failed;
  }
  reportTests(
    { ...result, seconds: (performance.now() - start) / 1000 },
    sources,
    options.format,
    output,
  );
  return verdict(result, options, output);
}

function verdict(result: TestRun, options: TestOptions, output: Output): ExitCode {
  const faults: string[] = [];
  if (result.tests.some(({ outcome }) => outcome === "fail" || outcome === "error")) {
    faults.push("");
  }
  if (result.tests.length === 0 && options.allowEmpty !== true) {
    const filter = options.run === undefined ? "" : ` whose name matches \`${options.run}\``;
    faults.push(`no test found${filter}: add one, or say --allow-empty`);
  }
  if (result.differences !== undefined && result.differences.length > 0) {
    faults.push("the evaluators differ: a test that passes on one does not pass on the other");
  }
  const { threshold } = options;
  const percent = result.coverage?.percent;
  if (threshold !== undefined && percent !== undefined && percent < threshold) {
    faults.push(`coverage ${percent.toFixed(1)} % is below the threshold of ${threshold} %`);
  }
  for (const fault of faults.filter((text) => text !== "")) {
    output.note(`${output.noteColors.red("error")}: ${fault}`);
  }
  return faults.length === 0 ? exitCode.done : exitCode.failed;
}
