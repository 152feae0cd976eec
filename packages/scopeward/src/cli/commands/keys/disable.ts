import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { prettyEnded } from "../../formats/keys.ts";
import { addKeysOptions } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";
import { finishRefused } from "../../keys-refusal.ts";
import type { Output } from "../../output.ts";

interface DisableOptions extends KeysVerbOptions {
  readonly reason?: string;
}

/** `scopeward keys disable`: a key does not work until it is enabled again. */
export const keysDisableCommand: DefineCommand = (output, finish) => {
  const command = new Command("disable")
    .description("Stop a key, and all below it, until it is enabled again.")
    .argument("<id>", "id of the key")
    .option("--reason <text>", "why; it goes into the audit log");
  addKeysOptions(command);
  addExample(command, "scopeward keys disable $KEY --json");
  return command.action(async (id: string, options: DisableOptions) => {
    finish(await disable(id, options, output));
  });
};

async function disable(id: string, options: DisableOptions, output: Output): Promise<ExitCode> {
  const { reason } = options;
  return await runAsOperator(options, output, "store", async (keys) => {
    const disabling = keys.disable(id, reason === undefined ? {} : { reason });
    const result = await output.progress("disabling", disabling);
    if (result.kind === "refused") return finishRefused(result, options.format, output);
    const { key, effectiveBy } = result;
    if (options.format === "json") output.json({ key, effectiveBy });
    else output.data(prettyEnded("disabled", { key, effectiveBy }));
    return exitCode.done;
  });
}
