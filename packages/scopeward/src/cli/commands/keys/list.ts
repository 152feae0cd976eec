import type { KeyRecord, Keys, KeyStatus, ListFilter } from "@scopeward/keys";
import { Command, Option } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import { prettyKeyTable } from "../../formats/keys.ts";
import { InvalidInput } from "../../invalid-input.ts";
import { addKeysOptions, filled } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";

interface ListOptions extends KeysVerbOptions {
  readonly owner?: string;
  readonly scope?: string;
  readonly expiring?: string;
  readonly status?: KeyStatus;
  readonly parent?: string;
}

/** `scopeward keys list`: the keys, or those that filters leave. */
export const keysListCommand: DefineCommand = (output, finish) => {
  const command = new Command("list")
    .description("List keys, oldest first; of several filters all must hold.")
    .option("--owner <owner>", "of this owner, such as user:ada", filled)
    .option("--scope <scope>", "with a grant that covers this scope", filled)
    .option("--expiring <duration>", "active ones that expire within it, such as 14d", filled)
    .addOption(
      new Option("--status <status>", "in this state").choices(["active", "disabled", "revoked"]),
    )
    .option("--parent <id>", "delegated from this key", filled);
  addKeysOptions(command);
  addExample(command, "scopeward keys list --owner user:ada --json");
  return command.action(async (options: ListOptions) => {
    const code = await runAsOperator(options, output, "store", async (keys) => {
      const filter = filterOf(options);
      const records = await output.progress("listing", list(keys, filter));
      if (records.length === 0) output.note(nothing(filter));
      if (options.format === "json") output.json(records);
      else output.data(prettyKeyTable(records, Date.now()));
      return exitCode.done;
    });
    finish(code);
  });
};

/** @throws InvalidInput for a filter that is malformed. */
async function list(keys: Keys, filter: ListFilter): Promise<readonly KeyRecord[]> {
  try {
    return await keys.list(filter);
  } catch (error) {
    if (error instanceof TypeError) throw new InvalidInput(error.message);
    throw error;
  }
}

// An empty table looks the same in the wrong folder.
function nothing(filter: ListFilter): string {
  return Object.keys(filter).length === 0
    ? "no key was issued here: `scopeward keys issue` makes one, --state and --store name another place"
    : "no key matches";
}

function filterOf({ owner, scope, expiring, status, parent }: ListOptions): ListFilter {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(scope === undefined ? {} : { scope }),
    ...(expiring === undefined ? {} : { expiring }),
    ...(status === undefined ? {} : { status }),
    ...(parent === undefined ? {} : { parent }),
  };
}
