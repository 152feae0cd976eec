import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { addProjectOptions } from "./command-options.ts";
import { addKeysOptions, addPoliciesOption, addStateOption } from "./keys-options.ts";

/** Adds `--state` and those of every command. */
export function addLookingOptions(command: Command): Command {
  return addStateOption(addProjectOptions(command, ["pretty", "json"]));
}

/** Adds `--note` and all that opens the ward. */
export function addAnsweringOptions(command: Command): Command {
  command.option("--note <text>", "your own words, 1,000 characters at most", note);
  return addPoliciesOption(addKeysOptions(command));
}

function note(text: string): string {
  if (text !== "" && text.length <= 1_000) return text;
  throw new InvalidArgumentError("give 1 to 1,000 characters");
}
