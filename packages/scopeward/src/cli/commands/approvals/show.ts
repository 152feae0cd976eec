import { Command } from "commander";
import { addLookingOptions } from "../../approvals-options.ts";
import { reportRecord, reportUnanswerable } from "../../approvals-report.ts";
import { approvalsSettings, lookInto, openQueue } from "../../approvals-session.ts";
import type { ApprovalsOptions } from "../../approvals-session.ts";
import type { DefineCommand } from "../../command-definition.ts";
import type { ExitCode } from "../../exit-code.ts";
import type { Output } from "../../output.ts";

/** `scopeward approvals show`: all that is asked, with every argument. */
export const approvalsShowCommand: DefineCommand = (output, finish) => {
  const command = new Command("show")
    .description("Show the whole of a question, with every argument, and what became of it.")
    .argument("<id>", "id of the approval");
  addLookingOptions(command);
  return command.action(async (id: string, options: ApprovalsOptions) =>
    finish(await show(id, options, output)),
  );
};

async function show(id: string, options: ApprovalsOptions, output: Output): Promise<ExitCode> {
  const queue = await openQueue(await approvalsSettings(options));
  const record =
    queue === undefined
      ? undefined
      : await lookInto(queue, async (now) => await queue.get(id, now));
  return record === undefined
    ? reportUnanswerable(id, "unknown", options.format, output)
    : reportRecord(record, options.format, output);
}
