import { Command } from "commander";
import type { DefineCommand } from "../command-definition.ts";
import { keysDelegateCommand } from "./keys/delegate.ts";
import { keysDisableCommand } from "./keys/disable.ts";
import { keysEnableCommand } from "./keys/enable.ts";
import { keysIssueCommand } from "./keys/issue.ts";
import { keysLintCommand } from "./keys/lint.ts";
import { keysListCommand } from "./keys/list.ts";
import { keysRevokeCommand } from "./keys/revoke.ts";
import { keysRotateCommand } from "./keys/rotate.ts";
import { keysScanCommand } from "./keys/scan.ts";
import { keysShowCommand } from "./keys/show.ts";
import { keysUpdateCommand } from "./keys/update.ts";
import { keysVerifyCommand } from "./keys/verify.ts";

/** The verbs, in the order in which help shows them. */
const verbs: readonly DefineCommand[] = [
  keysIssueCommand,
  keysVerifyCommand,
  keysListCommand,
  keysShowCommand,
  keysLintCommand,
  keysScanCommand,
  keysUpdateCommand,
  keysRotateCommand,
  keysDisableCommand,
  keysEnableCommand,
  keysDelegateCommand,
  keysRevokeCommand,
];

/** `scopeward keys`: the keys, one verb each. */
export const keysCommand: DefineCommand = (output, finish) => {
  const command = new Command("keys").description(
    "Issue, verify, rotate, revoke and look after keys.",
  );
  for (const define of verbs) command.addCommand(define(output, finish));
  return command.addHelpText("after", environment);
};

const environment = `
Environment:
  SCOPEWARD_TOKEN             the token that verify reads; never an argument
  SCOPEWARD_MANAGEMENT_TOKEN  act with the authority of this management key, not of this process
  SCOPEWARD_PEPPER            the pepper, as ID:BASE64, instead of a file`;
