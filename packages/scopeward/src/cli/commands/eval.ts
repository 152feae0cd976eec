import type { Decision, JsonValue } from "@scopeward/core";
import type { ExplainedRule } from "@scopeward/sdk";
import { Command } from "commander";
import { decisionJson } from "../../decision-json.ts";
import type { ProjectOptions } from "../command-options.ts";
import { addExample, addProjectOptions } from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { prettyExcerpt, printable } from "../formats/pretty.ts";
import { InvalidInput } from "../invalid-input.ts";
import type { Output } from "../output.ts";
import type { PolicyTarget } from "../policy-target.ts";
import { describeInput, parseJson, readInput, readInputLines } from "../request-input.ts";
import { findTargets, openProject } from "../project.ts";

interface EvalOptions extends ProjectOptions {
  readonly input?: string;
  readonly jsonl?: boolean;
  readonly explain?: boolean;
  readonly query?: string;
}

/** `scopeward eval`: the Decision for an AccessRequest, or any document. */
export const evalCommand: DefineCommand = (output, finish) => {
  const command = new Command("eval")
    .description("Decide an AccessRequest; exit 0 is allow, 2 is not allow.")
    .argument("[path]", "folder of policies or bundle file (default: policies)");
  addProjectOptions(command, ["pretty", "json"]);
  addExample(command, "scopeward eval policies --input request.json");
  return command
    .option("--input <file>", "file with the AccessRequest as JSON; - is standard input")
    .option(
      "--jsonl",
      "one AccessRequest on each line of the input; prints one Decision per line, exit 0",
    )
    .option("--explain", "also show which rules spoke, with positions")
    .option("--query <ref>", "print any document, such as data.features.notes.scopes")
    .action(async (path: string | undefined, options: EvalOptions) => {
      finish(await evaluate(path, options, output));
    });
};

async function evaluate(
  path: string | undefined,
  options: EvalOptions,
  output: Output,
): Promise<ExitCode> {
  refuseConflicts(options);
  // Before anything is built: input that is invalid is told at once.
  const input =
    options.input === undefined || options.jsonl === true
      ? undefined
      : parseJson(await readInput(options.input), describeInput(options.input));
  const project = await openProject(options);
  const paths = path === undefined ? [] : [path];
  const [target] = await findTargets(paths, project, "folders-and-bundles");
  const { openPolicyTarget } = await import("../policy-target.ts");
  const opened = await output.progress("building", openPolicyTarget(target!, project, output));
  if (opened === undefined) return exitCode.failed;
  try {
    if (options.query !== undefined) return await query(opened, options.query, input, output);
    if (options.jsonl === true) return await decideLines(opened, options.input ?? "-", output);
    const decision = opened.decide(input);
    if (options.explain === true) await explain(opened, decision, input, output);
    else output.json(decisionJson(decision));
    return decision.effect === "allow" ? exitCode.done : exitCode.notAllowed;
  } finally {
    await opened.close();
  }
}

function refuseConflicts(options: EvalOptions): void {
  const modes = (["jsonl", "explain", "query"] as const).filter((name) => Boolean(options[name]));
  if (modes.length > 1) {
    throw new InvalidInput(
      `${modes.map((name) => `\`--${name}\``).join(" and ")} exclude each other: give one of them`,
    );
  }
  if (options.input === undefined && options.query === undefined) {
    throw new InvalidInput("give the AccessRequest with --input FILE, or --input - to read it");
  }
}

async function query(
  opened: PolicyTarget,
  reference: string,
  input: JsonValue | undefined,
  output: Output,
): Promise<ExitCode> {
  const result = await opened.evaluate(reference, input);
  if (result === undefined) return exitCode.failed;
  if (result.kind === "undefined") {
    output.note(`\`${reference}\` is undefined${input === undefined ? " without --input" : ""}`);
    return exitCode.failed;
  }
  output.json(result.value);
  return exitCode.done;
}

async function decideLines(opened: PolicyTarget, file: string, output: Output): Promise<ExitCode> {
  for await (const { text, row } of readInputLines(file)) {
    const decision = opened.decide(parseJson(text, describeInput(file, row)));
    output.data(`${JSON.stringify(decisionJson(decision))}\n`);
    if (output.isClosed()) break;
  }
  return exitCode.done;
}

async function explain(
  opened: PolicyTarget,
  decision: Decision,
  input: JsonValue | undefined,
  output: Output,
): Promise<void> {
  const result = await opened.evaluate("data.scopeward.decision", input);
  const rules = (result?.rules ?? []).map((rule) => ({
    ...rule,
    file: opened.sources.place(rule.file),
  }));
  output.json({ ...decisionJson(decision), rules });
  for (const rule of rules) output.note(prettyRule(rule, opened, output));
}

function prettyRule(rule: ExplainedRule, opened: PolicyTarget, output: Output): string {
  const { path, file, row, column, value } = rule;
  const colors = output.noteColors;
  const line = opened.sources.lineOf(file, row);
  const shown = value === undefined ? "" : ` = ${printable(JSON.stringify(value))}`;
  return [
    `${colors.bold(`${file}:${row}:${column}`)}: ${path}${shown}`,
    ...(line === undefined ? [] : [prettyExcerpt(line, row, column, colors)]),
  ].join("\n");
}
