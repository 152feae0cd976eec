import { approvalStatuses } from "@scopeward/approvals";
import type { ApprovalStatus } from "@scopeward/sdk";
import { Command, Option } from "commander";
import { addLookingOptions } from "../../approvals-options.ts";
import { approvalsTable } from "../../approvals-report.ts";
import { approvalsSettings, lookInto, openQueue } from "../../approvals-session.ts";
import type { ApprovalsOptions } from "../../approvals-session.ts";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import type { Output } from "../../output.ts";

interface ListOptions extends ApprovalsOptions {
  readonly status?: ApprovalStatus;
}

/** `scopeward approvals list`: the questions, or those of one status. */
export const approvalsListCommand: DefineCommand = (output, finish) => {
  const command = new Command("list")
    .description("List questions to people, oldest first, 1,000 at most.")
    .addOption(new Option("--status <status>", "in this state").choices(approvalStatuses));
  addLookingOptions(command);
  addExample(command, "scopeward approvals list --status pending --json");
  return command.action(async (options: ListOptions) => finish(await list(options, output)));
};

async function list(options: ListOptions, output: Output): Promise<ExitCode> {
  const { format, status } = options;
  const queue = await openQueue(await approvalsSettings(options));
  const filter = status === undefined ? {} : { status };
  const records =
    queue === undefined ? [] : await lookInto(queue, async (now) => await queue.list(now, filter));
  if (queue === undefined) output.note("nobody was asked here: --state names another place");
  else if (records.length === 0) output.note("no approval matches");
  if (format === "json") output.json(records);
  else output.data(approvalsTable(records, Date.now()));
  return exitCode.done;
}
