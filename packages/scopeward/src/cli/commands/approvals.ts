import { Command } from "commander";
import type { DefineCommand } from "../command-definition.ts";
import { approvalsApproveCommand } from "./approvals/approve.ts";
import { approvalsDenyCommand } from "./approvals/deny.ts";
import { approvalsListCommand } from "./approvals/list.ts";
import { approvalsShowCommand } from "./approvals/show.ts";

/** The verbs, in the order in which help shows them. */
const verbs: readonly DefineCommand[] = [
  approvalsListCommand,
  approvalsShowCommand,
  approvalsApproveCommand,
  approvalsDenyCommand,
];

/** `scopeward approvals`: the calls that wait for a person. */
export const approvalsCommand: DefineCommand = (output, finish) => {
  const command = new Command("approvals").description(
    "Look at the calls that wait for a person, and answer them.",
  );
  for (const define of verbs) command.addCommand(define(output, finish));
  return command.addHelpText("after", environment);
};

const environment = `
Environment:
  SCOPEWARD_TOKEN  the token of the one who answers; without it standard input, never an argument`;
