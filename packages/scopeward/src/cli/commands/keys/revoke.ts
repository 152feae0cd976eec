import type { Ended, ManyEnded, ManyKeys, Refusal } from "@scopeward/keys";
import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { prettyEnded } from "../../formats/keys.ts";
import { InvalidInput } from "../../invalid-input.ts";
import { addKeysOptions, filled } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";
import { finishRefused } from "../../keys-refusal.ts";
import type { Output } from "../../output.ts";

interface RevokeOptions extends KeysVerbOptions {
  readonly owner?: string;
  readonly scope?: string;
  readonly reason?: string;
}

/** `scopeward keys revoke`: ends one key, or many. */
export const keysRevokeCommand: DefineCommand = (output, finish) => {
  const command = new Command("revoke")
    .description("End a key for good, and all below it; or all keys of an owner or with a scope.")
    .argument("[id]", "id of the key")
    .option("--owner <owner>", "all keys of this owner, such as user:ada", filled)
    .option("--scope <scope>", "all keys with a grant that covers this scope", filled)
    .option("--reason <text>", "why; it is kept with the key and in the audit log");
  addKeysOptions(command);
  addExample(command, "scopeward keys revoke $KEY --reason leaked --json");
  return command.action(async (id: string | undefined, options: RevokeOptions) => {
    finish(await revoke(id, options, output));
  });
};

async function revoke(
  id: string | undefined,
  options: RevokeOptions,
  output: Output,
): Promise<ExitCode> {
  const which = selection(id, options);
  const { reason } = options;
  const why = reason === undefined ? {} : { reason };
  return await runAsOperator(options, output, "store", async (keys) => {
    const ending: Promise<Ended | ManyEnded | Refusal> =
      "id" in which ? keys.revoke(which.id, why) : keys.revokeAll(which, why);
    const result = await output.progress("revoking", ending);
    if (result.kind === "refused") return finishRefused(result, options.format, output);
    const { kind: _, ...answer } = result;
    if (options.format === "json") output.json(answer);
    else output.data(prettyEnded("revoked", answer));
    return exitCode.done;
  });
}

function selection(
  id: string | undefined,
  { owner, scope }: RevokeOptions,
): ManyKeys | { readonly id: string } {
  const given = [
    ...(id === undefined ? [] : [{ id }]),
    ...(owner === undefined ? [] : [{ owner }]),
    ...(scope === undefined ? [] : [{ scope }]),
  ];
  const [which, another] = given;
  if (which !== undefined && another === undefined) return which;
  throw new InvalidInput("say which keys to revoke: give one of an ID, --owner and --scope");
}
