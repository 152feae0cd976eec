import type { DelegateRequest } from "@scopeward/keys";
import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { answerNewKey } from "../../key-answer.ts";
import { addNewKeyOptions, newKeyRequest } from "../../new-key-options.ts";
import type { NewKeyOptions } from "../../new-key-options.ts";
import { addKeysOptions, addPoliciesOption } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { addTokenOptions } from "../../token-sink.ts";
import type { TokenOptions } from "../../token-sink.ts";

interface DelegateOptions extends KeysVerbOptions, NewKeyOptions, TokenOptions {}

/** `scopeward keys delegate`: a child key, which can never do more than its parent. */
export const keysDelegateCommand: DefineCommand = (output, finish) => {
  const command = new Command("delegate")
    .description("Issue a child of a key, which can never do more than the key can at that time.")
    .argument("<id>", "id of the parent")
    .option("--owner <owner>", "whose key it is (default: the parent's owner)");
  addNewKeyOptions(command);
  addTokenOptions(command);
  addPoliciesOption(addKeysOptions(command));
  addExample(
    command,
    "scopeward keys delegate $KEY --kind agt --scope notes:read --expires 1h --json",
  );
  return command.action(async (id: string, options: DelegateOptions) => {
    const request = delegateRequest(options);
    finish(await answerNewKey(options, output, async (keys) => await keys.delegate(id, request)));
  });
};

function delegateRequest(options: DelegateOptions): DelegateRequest {
  const { owner } = options;
  return { ...newKeyRequest(options), ...(owner === undefined ? {} : { owner }) };
}
