import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import { prettyKey } from "../../formats/keys.ts";
import { addKeysOptions } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";
import { finishRefused } from "../../keys-refusal.ts";

/** `scopeward keys show`: all that is known of a key. */
export const keysShowCommand: DefineCommand = (output, finish) => {
  const command = new Command("show")
    .description("Show all that is known of a key; its token is stored nowhere.")
    .argument("<id>", "id of the key");
  addKeysOptions(command);
  addExample(command, "scopeward keys show $KEY --json");
  return command.action(async (id: string, options: KeysVerbOptions) => {
    const code = await runAsOperator(options, output, "store", async (keys) => {
      const key = await output.progress("reading", keys.show(id));
      if (key === undefined) {
        const message = `no intact key has the id \`${id}\`: \`scopeward keys lint\` shows what is damaged`;
        const refusal = { kind: "refused", code: "key_unknown", message, field: "id" } as const;
        return finishRefused(refusal, options.format, output);
      }
      if (options.format === "json") output.json(key);
      else output.data(prettyKey(key));
      return exitCode.done;
    });
    finish(code);
  });
};
