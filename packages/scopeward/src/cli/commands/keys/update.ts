import type { Constraints, KeyChanges } from "@scopeward/keys";
import { Command } from "commander";
import { addExample, wholeNumber } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { InvalidInput } from "../../invalid-input.ts";
import { noteUnknownConstraints } from "../../constraint-names.ts";
import { answerChanged } from "../../key-answer.ts";
import { addGrantOptions, addKeysOptions, addPoliciesOption } from "../../keys-options.ts";
import type { GrantOptions, KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";

interface UpdateOptions extends KeysVerbOptions, GrantOptions {
  /** False where `--no-constraints` is given. */
  readonly constraints: boolean;
  readonly expires?: string;
  /** False where `--no-expiry` is given. */
  readonly expiry: boolean;
  readonly name?: string;
  readonly notes?: string;
  readonly version?: number;
}

/** `scopeward keys update`: changes what a key may do, or what is said about it. */
export const keysUpdateCommand: DefineCommand = (output, finish) => {
  const command = new Command("update")
    .description("Change a key. Scopes and constraints that are given replace all that it has.")
    .argument("<id>", "id of the key");
  addGrantOptions(command)
    .option("--no-constraints", "remove all constraints, which widens the key")
    .option("--expires <when>", "duration from now such as 30d, or point in time (RFC 3339)")
    .option("--no-expiry", "let it work without an end")
    .option("--name <text>", "what people call the key; an empty text removes it")
    .option("--notes <text>", "for people; an empty text removes them")
    .option(
      "--version <number>",
      "change nothing unless the key is still at this version",
      wholeNumber(1),
    );
  addPoliciesOption(addKeysOptions(command));
  addExample(command, "scopeward keys update $KEY --name laptop --expires 60d --json");
  return command.action(async (id: string, options: UpdateOptions) => {
    const changes = changesOf(options);
    // What the key may do, and until when, is held against the policies; what is said of it is not.
    const { scopes, constraints, expires } = changes;
    const isGrant = [scopes, constraints, expires].some((given) => given !== undefined);
    const needs = isGrant ? "catalogue" : "store";
    const code = await runAsOperator(options, output, needs, async (keys, { catalogue }) => {
      const result = await output.progress("updating", keys.update(id, changes));
      if (result.kind === "changed") noteUnknownConstraints(constraints, catalogue, output);
      return answerChanged(result, options.format, output);
    });
    finish(code);
  });
};

/** @throws InvalidInput when options exclude each other, or none is given. */
function changesOf(options: UpdateOptions): KeyChanges {
  const { scope, expires, name, notes, version } = options;
  const constraints = constraintsOf(options);
  if (expires !== undefined && !options.expiry) {
    throw new InvalidInput("`--expires` and `--no-expiry` exclude each other: give one of them");
  }
  const changes = {
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(constraints === undefined ? {} : { constraints }),
    ...(expires === undefined ? {} : { expires }),
    ...(options.expiry ? {} : { expires: null }),
    ...(name === undefined ? {} : { name: textOrNone(name) }),
    ...(notes === undefined ? {} : { notes: textOrNone(notes) }),
  };
  if (Object.keys(changes).length === 0) {
    throw new InvalidInput(
      "say what to change: give --scope, --constraint, --expires, --name or --notes",
    );
  }
  return { ...changes, ...(version === undefined ? {} : { version }) };
}

function constraintsOf({ constraint, constraints }: UpdateOptions): Constraints | undefined {
  if (constraints) return constraint;
  if (constraint === undefined) return {};
  throw new InvalidInput(
    "`--constraint` and `--no-constraints` exclude each other: give one of them",
  );
}

function textOrNone(text: string): string | null {
  return text === "" ? null : text;
}
