import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import { prettyFindings } from "../../formats/keys.ts";
import { addKeysOptions, addPoliciesOption } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";

/** `scopeward keys lint`: what of the keys somebody should look at. */
export const keysLintCommand: DefineCommand = (output, finish) => {
  const command = new Command("lint").description(
    "Find keys that somebody should look at: without expiry, unused, too wide, about to expire, or damaged; exit 1 when there are any.",
  );
  addPoliciesOption(addKeysOptions(command));
  addExample(command, "scopeward keys lint --json");
  return command.action(async (options: KeysVerbOptions) => {
    const code = await runAsOperator(options, output, "catalogue", async (keys) => {
      const findings = await output.progress("looking at the keys", keys.lint());
      if (options.format === "json") output.json(findings);
      else output.data(prettyFindings(findings));
      return findings.length === 0 ? exitCode.done : exitCode.failed;
    });
    finish(code);
  });
};
