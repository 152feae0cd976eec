import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import type { ReadingOptions } from "../command-options.ts";
import { addExample, addProjectOptions, addReadingOptions } from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { jsonProblem } from "../formats/json.ts";
import { prettyProblem } from "../formats/pretty.ts";
import { InvalidInput, reasonOf } from "../invalid-input.ts";
import type { Output } from "../output.ts";

interface FmtOptions extends ReadingOptions {
  readonly format: "json" | "pretty";
  readonly check?: boolean;
  readonly write?: boolean;
}

interface FormattedFile {
  readonly file: string;
  readonly changed: boolean;
  readonly text: string;
}

/** `scopeward fmt`: OPA's formatter; prints, checks or writes. */
export const fmtCommand: DefineCommand = (output, finish) => {
  const command = new Command("fmt")
    .description("Print the policies as OPA's formatter writes them.")
    .argument("[path...]", "folders of policies (default: policies)");
  addProjectOptions(command, ["pretty", "json"]);
  addReadingOptions(command);
  addExample(command, "scopeward fmt policies --write");
  return command
    .option(
      "--check",
      "print only the names of files that are not formatted; exit 1 if there are any",
    )
    .option("--write", "rewrite the files that are not formatted, and print their names")
    .action(async (paths: readonly string[], options: FmtOptions) => {
      finish(await fmt(paths, options, output));
    });
};

async function fmt(
  paths: readonly string[],
  options: FmtOptions,
  output: Output,
): Promise<ExitCode> {
  if (options.check === true && options.write === true) {
    throw new InvalidInput("`--check` and `--write` exclude each other: give one of them");
  }
  const { openWorkbench } = await import("../workbench.ts");
  const bench = await openWorkbench(options, paths);
  try {
    const sources = await bench.read(options);
    const { formatted, problems } = await bench.compiler.format({
      files: sources.files,
      v0Compatible: options.v0Compatible === true,
    });
    const files = Object.entries(formatted).map(([file, text]) => ({
      file: sources.place(file),
      changed: text !== sources.files[file],
      text,
    }));
    const located = problems.map(sources.locate);
    if (options.write === true) await rewrite(files);
    if (options.format === "json") {
      output.json({ files, problems: located.map(jsonProblem) });
    } else {
      print(files, options, output);
      for (const problem of located) {
        output.note(prettyProblem(problem, sources.lineOf, output.noteColors));
      }
    }
    const isUnformatted = options.check === true && files.some(({ changed }) => changed);
    return isUnformatted || located.some(({ severity }) => severity === "error")
      ? exitCode.failed
      : exitCode.done;
  } finally {
    await bench.close();
  }
}

function print(files: readonly FormattedFile[], options: FmtOptions, output: Output): void {
  const namesOnly = options.check === true || options.write === true;
  for (const { file, changed, text } of files) {
    if (!namesOnly) output.data(text);
    else if (changed) output.data(`${file}\n`);
  }
}

async function rewrite(files: readonly FormattedFile[]): Promise<void> {
  for (const { file, changed, text } of files) {
    if (!changed) continue;
    try {
      await writeFile(file, text);
    } catch (error) {
      throw new InvalidInput(`\`${file}\` cannot be written: ${reasonOf(error)}`);
    }
  }
}
