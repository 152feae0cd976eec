import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { answerChanged } from "../../key-answer.ts";
import { addKeysOptions } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";

/** `scopeward keys enable`: a disabled key works again. */
export const keysEnableCommand: DefineCommand = (output, finish) => {
  const command = new Command("enable")
    .description("Let a disabled key work again.")
    .argument("<id>", "id of the key");
  addKeysOptions(command);
  addExample(command, "scopeward keys enable $KEY --json");
  return command.action(async (id: string, options: KeysVerbOptions) => {
    const code = await runAsOperator(options, output, "store", async (keys) => {
      const result = await output.progress("enabling", keys.enable(id));
      return answerChanged(result, options.format, output);
    });
    finish(code);
  });
};
