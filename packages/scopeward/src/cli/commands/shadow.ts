import { readEntries } from "@scopeward/audit";
import { isRfc3339 } from "@scopeward/core";
import { Command, InvalidArgumentError } from "commander";
import { auditFolder, keysSettingsOf } from "../../ward-keys.ts";
import type { DefineCommand } from "../command-definition.ts";
import { addExample, addProjectOptions } from "../command-options.ts";
import type { ProjectOptions } from "../command-options.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { addStateOption } from "../keys-options.ts";
import type { Output } from "../output.ts";
import { openProject } from "../project.ts";
import { shadowReport } from "../shadow-report.ts";
import { shadowTable } from "../shadow-table.ts";

interface ShadowOptions extends ProjectOptions {
  readonly format: "json" | "pretty";
  readonly state?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
}

/** `scopeward shadow`: what enforcing the features in shadow would have changed. */
export const shadowCommand: DefineCommand = (output, finish) => {
  const command = new Command("shadow")
    .description(
      "Show what features in shadow would have denied or asked a person, from the audit log.",
    )
    .option("--since <time>", "leave out calls before, such as 2026-01-31T12:00:00Z", time);
  addStateOption(addProjectOptions(command, ["pretty", "json"]));
  addExample(command, "scopeward shadow --json");
  return command.action(async (options: ShadowOptions) => finish(await shadow(options, output)));
};

async function shadow(options: ShadowOptions, output: Output): Promise<ExitCode> {
  const entries = readEntries(await logFolder(options));
  const report = await output.progress("reading", shadowReport(entries, options.since));
  if (report.features.length === 0) {
    output.note(
      "no feature was in shadow here: `shadow` of the configuration puts one there, --state names another place",
    );
  } else if (report.findings.length === 0) {
    output.note(
      `nothing would have been denied or asked${options.since === undefined ? "" : " since then"}`,
    );
  }
  if (options.format === "json") output.json(report);
  else output.data(shadowTable(report, Date.now()));
  return exitCode.done;
}

async function logFolder(options: ShadowOptions): Promise<string> {
  const { configuration } = await openProject(options);
  // What stands on the command line starts at the current folder.
  if (options.state !== undefined) {
    return auditFolder(keysSettingsOf(undefined, options.state, process.cwd()));
  }
  const folder = configuration?.folder ?? process.cwd();
  return auditFolder(keysSettingsOf(undefined, configuration?.options.state, folder));
}

function time(text: string): number {
  if (isRfc3339(text)) return Date.parse(text);
  throw new InvalidArgumentError("give a time such as 2026-01-31T12:00:00Z");
}
