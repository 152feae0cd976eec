import { Command } from "commander";
import { answerApproval } from "../../approvals-answer.ts";
import type { AnswerOptions } from "../../approvals-answer.ts";
import { addAnsweringOptions } from "../../approvals-options.ts";
import type { DefineCommand } from "../../command-definition.ts";

/** `scopeward approvals deny`: the call does not run, nor an equal one until the question expires. */
export const approvalsDenyCommand: DefineCommand = (output, finish) => {
  const command = new Command("deny")
    .description(
      "Refuse a call, and each equal one until the question expires; exit 2 when you may not say so.",
    )
    .argument("<id>", "id of the approval");
  addAnsweringOptions(command);
  return command.action(async (id: string, options: AnswerOptions) =>
    finish(await answerApproval("deny", id, options, output)),
  );
};
