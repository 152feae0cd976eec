import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Problem } from "@scopeward/core";
import type { BuildResult, SigningOptions } from "@scopeward/sdk";
import { Command } from "commander";
import type { ReadingOptions } from "../command-options.ts";
import {
  addExample,
  addProjectOptions,
  addReadingOptions,
  wholeNumber,
} from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { jsonProblem } from "../formats/json.ts";
import { prettyProblem, prettyTable } from "../formats/pretty.ts";
import { InvalidInput, reasonOf } from "../invalid-input.ts";
import type { Output } from "../output.ts";
import type { PolicySources } from "../policy-sources.ts";

interface BuildOptions extends ReadingOptions {
  readonly format: "json" | "pretty";
  readonly output: string;
  readonly signingKey?: string;
  readonly sequence?: number;
}

/** `scopeward build`: the policies as one bundle. */
export const buildCommand: DefineCommand = (output, finish) => {
  const command = new Command("build")
    .description("Build the policies into a bundle, and print its revision and sizes.")
    .argument("[path...]", "folders of policies (default: policies)");
  addProjectOptions(command, ["pretty", "json"]);
  addReadingOptions(command);
  addExample(command, "scopeward build policies -o bundle.tar.gz");
  return command
    .option("-o, --output <file>", "where the bundle goes", "bundle.tar.gz")
    .option("--signing-key <file>", "sign the bundle with this private key (PEM or JWK)")
    .option(
      "--sequence <number>",
      "sequence number to sign, one more with every release",
      wholeNumber(0),
    )
    .action(async (paths: readonly string[], options: BuildOptions) => {
      finish(await build(paths, options, output));
    });
};

async function build(
  paths: readonly string[],
  options: BuildOptions,
  output: Output,
): Promise<ExitCode> {
  const sign = await signing(options);
  await refuseOutput(options.output);
  const { openWorkbench } = await import("../workbench.ts");
  const bench = await openWorkbench(options, paths);
  try {
    const sources = await bench.read(options);
    const work = bench.compiler.build({
      files: sources.files,
      v0Compatible: options.v0Compatible === true,
      ...(sign === undefined ? {} : { sign }),
    });
    const result = await output.progress("building", work);
    const problems = result.kind === "built" ? result.warnings : result.problems;
    refuseKey(problems, options);
    for (const problem of problems.map(sources.locate)) {
      output.note(`${prettyProblem(problem, sources.lineOf, output.noteColors)}\n`);
    }
    if (result.kind === "refused") return refuse(result.problems, sources, options, output);
    await writeWhole(options.output, result.bundle);
    print(result, options, output);
    return exitCode.done;
  } finally {
    await bench.close();
  }
}

// The key is the command's own input, and no problem of the policies.
function refuseKey(problems: readonly Problem[], { signingKey }: BuildOptions): void {
  const problem = problems.find(({ code }) => code === "signing_key_invalid");
  if (problem !== undefined) throw new InvalidInput(`\`${signingKey}\`: ${problem.message}`);
}

function refuse(
  problems: Extract<BuildResult, { kind: "refused" }>["problems"],
  sources: PolicySources,
  options: BuildOptions,
  output: Output,
): ExitCode {
  if (options.format === "json") {
    output.json({ problems: problems.map((problem) => jsonProblem(sources.locate(problem))) });
  }
  output.note(`the policies do not build, \`${options.output}\` is as it was`);
  return exitCode.failed;
}

function print(
  result: Extract<BuildResult, { kind: "built" }>,
  options: BuildOptions,
  output: Output,
): void {
  const bytes = result.bundle.byteLength;
  if (options.format === "json") {
    output.json({ file: options.output, revision: result.revision, bytes, files: result.sizes });
    return;
  }
  const sizes = Object.entries(result.sizes).map(([file, size]) => [`  ${file}`, kilobytes(size)]);
  output.data(
    prettyTable([
      ["bundle", options.output],
      ["revision", result.revision],
      ["size", kilobytes(bytes)],
    ]),
  );
  output.data(prettyTable(sizes));
}

async function signing(options: BuildOptions): Promise<SigningOptions | undefined> {
  const { signingKey, sequence } = options;
  if (signingKey === undefined) {
    if (sequence === undefined) return undefined;
    throw new InvalidInput("`--sequence` is part of the signature: give --signing-key too");
  }
  try {
    const key = await readFile(signingKey, "utf8");
    return sequence === undefined ? { key } : { key, sequence };
  } catch (error) {
    throw new InvalidInput(`signing key \`${signingKey}\` cannot be read: ${reasonOf(error)}`);
  }
}

// Before anything is built. `-` is standard input elsewhere: nobody means a file of that name.
async function refuseOutput(path: string): Promise<void> {
  if (path === "-") throw new InvalidInput("a bundle goes to a file: give its name with -o");
  if (await isFolder(path)) {
    throw new InvalidInput(`\`${path}\` is a folder: give the name of a file with -o`);
  }
  const folder = dirname(path);
  if (!(await isFolder(folder))) {
    throw new InvalidInput(`\`${path}\` cannot be written: there is no folder \`${folder}\``);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

// A process that watches the file must never see half of it. Nobody can put a link where the draft
// will be: its name is not known before, and a file that is there is not opened.
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, bytes, { flag: "wx" });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new InvalidInput(`\`${path}\` cannot be written: ${reasonOf(error)}`);
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
