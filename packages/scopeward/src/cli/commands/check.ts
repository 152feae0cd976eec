import type { Problem } from "@scopeward/core";
import { Command } from "commander";
import type { ReadingOptions } from "../command-options.ts";
import {
  addExample,
  addProjectOptions,
  addReadingOptions,
  addWatchOption,
} from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { githubProblem } from "../formats/github.ts";
import { jsonProblem } from "../formats/json.ts";
import { count, prettyProblem } from "../formats/pretty.ts";
import type { Output } from "../output.ts";
import type { PolicySources } from "../policy-sources.ts";

interface CheckOptions extends ReadingOptions {
  readonly format: "github" | "json" | "pretty";
  readonly watch?: boolean;
}

/** `scopeward check`: all problems of the policies, with positions. */
export const checkCommand: DefineCommand = (output, finish) => {
  const command = new Command("check")
    .description(
      "Find every problem in the policies: OPA's strict check and Scopeward's own rules.",
    )
    .argument("[path...]", "folders of policies (default: policies)");
  addProjectOptions(command, ["pretty", "json", "github"]);
  addReadingOptions(command);
  addWatchOption(command);
  addExample(command, "scopeward check policies --format github");
  return command.action(async (paths: readonly string[], options: CheckOptions) => {
    finish(await check(paths, options, output));
  });
};

async function check(
  paths: readonly string[],
  options: CheckOptions,
  output: Output,
): Promise<ExitCode> {
  const { openWorkbench } = await import("../workbench.ts");
  const bench = await openWorkbench(options, paths);
  try {
    const once = async (): Promise<ExitCode> => {
      const sources = await bench.read(options);
      const work = bench.compiler.check({
        files: sources.files,
        v0Compatible: options.v0Compatible === true,
      });
      const { problems } = await output.progress("checking", work);
      return report(problems.map(sources.locate), sources, options.format, output);
    };
    if (options.watch !== true) return await once();
    return await bench.watch(options, once, output);
  } finally {
    await bench.close();
  }
}

function report(
  problems: readonly Problem[],
  sources: PolicySources,
  format: CheckOptions["format"],
  output: Output,
): ExitCode {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  switch (format) {
    case "json":
      output.json({ problems: problems.map(jsonProblem) });
      break;
    case "github":
      for (const problem of problems) output.data(`${githubProblem(problem)}\n`);
      break;
    case "pretty": {
      for (const problem of problems) {
        output.data(`${prettyProblem(problem, sources.lineOf, output.colors)}\n\n`);
      }
      output.data(`${summary(errors, problems.length - errors, sources)}\n`);
      break;
    }
  }
  return errors === 0 ? exitCode.done : exitCode.failed;
}

function summary(errors: number, warnings: number, sources: PolicySources): string {
  const files = count(Object.keys(sources.files).length, "file");
  if (errors + warnings === 0) return `${files}, no problems`;
  return `${files}, ${count(errors, "error")}, ${count(warnings, "warning")}`;
}
