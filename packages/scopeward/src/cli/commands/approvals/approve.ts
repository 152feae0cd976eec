import { Command } from "commander";
import { answerApproval } from "../../approvals-answer.ts";
import type { AnswerOptions } from "../../approvals-answer.ts";
import { addAnsweringOptions } from "../../approvals-options.ts";
import type { DefineCommand } from "../../command-definition.ts";

/** `scopeward approvals approve`: the call may run, once. */
export const approvalsApproveCommand: DefineCommand = (output, finish) => {
  const command = new Command("approve")
    .description("Let a call run once, with your key; exit 2 when you may not say so.")
    .argument("<id>", "id of the approval");
  addAnsweringOptions(command);
  return command.action(async (id: string, options: AnswerOptions) =>
    finish(await answerApproval("approve", id, options, output)),
  );
};
