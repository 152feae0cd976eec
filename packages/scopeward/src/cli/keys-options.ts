import type { Audience } from "@scopeward/core";
import type { Constraints } from "@scopeward/keys";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { addProjectOptions } from "./command-options.ts";
import type { KeysSessionOptions } from "./keys-session.ts";

/** Options of every verb of `keys`. */
export interface KeysVerbOptions extends KeysSessionOptions {
  readonly format: "json" | "pretty";
}

/** What a key may be used for, as options give it. */
export interface GrantOptions {
  readonly scope?: readonly string[];
  readonly constraint?: Constraints;
}

/** Adds `--state`, `--store` and those of every command. */
export function addKeysOptions(
  command: Command,
  formats: readonly string[] = ["pretty", "json"],
): Command {
  return addStateOption(addProjectOptions(command, formats)).option(
    "--store <url>",
    "where the keys are: sqlite:FILE, postgres://… or redis://… (default: `keys.store` of the configuration, else keys.db in the state folder)",
  );
}

/** Adds `--state`. */
export function addStateOption(command: Command): Command {
  return command.option(
    "--state <dir>",
    "folder for what must outlive the process (default: `state` of the configuration, else .scopeward)",
    filled,
  );
}

/** Adds `--policies`, of the verbs that hold scopes against the catalogue. */
export function addPoliciesOption(command: Command): Command {
  return command.option(
    "--policies <path>",
    "folder of policies or bundle file (default: `policies` of the configuration, else policies)",
  );
}

/** Adds `--scope` and `--constraint`. */
export function addGrantOptions(command: Command): Command {
  return command
    .option(
      "--scope <grants>",
      "scope, or grant with wildcards; comma separated, may be given again",
      words,
    )
    .option(
      "--constraint <name=values>",
      "only these, comma separated; `name=` allows nothing; may be given for other names",
      constraints,
    );
}

/** An option whose values are comma separated, may be given again, and are all among `choices`. */
export function choiceListOption(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  return new Option(flags, description).argParser<readonly string[]>((text, previous) => {
    const list = words(text, previous);
    if (list.every((word) => choices.includes(word))) return list;
    throw new InvalidArgumentError(`possible are ${choices.join(", ")}`);
  });
}

/** The audiences, for `--audience` and `--may-grant-audience`. */
export const audiences: readonly Audience[] = ["internal", "external"];

/** Reads comma separated words that may be given again; none is empty. */
export function words(text: string, previous: readonly string[] = []): readonly string[] {
  const list = text.split(",");
  if (list.includes("")) throw new InvalidArgumentError("there is an empty text in it");
  return [...previous, ...list];
}

/** Reads `name=a,b`, or `name=` for the empty list, beside those of other names. */
export function constraints(text: string, previous: Constraints = {}): Constraints {
  const [, name, values] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
  if (name === undefined || values === undefined) {
    throw new InvalidArgumentError("give name=value,value or name= for none");
  }
  // Together they would allow more than each alone: who wants that says so in one.
  if (Object.hasOwn(previous, name)) {
    throw new InvalidArgumentError(`\`${name}\` is given twice: give all its values at once`);
  }
  const list = values === "" ? [] : words(values);
  // From entries: a name such as `__proto__` must be a member like any other.
  return Object.fromEntries([...Object.entries(previous), [name, list]]);
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads `90s`, `15m`, `24h` or `30d`, to seconds. */
export function lifeSeconds(text: string): number {
  const [, digits, unit] = /^(\d{1,9})([smhd])$/u.exec(text) ?? [];
  if (digits === undefined) {
    throw new InvalidArgumentError("give a duration such as 90s, 15m, 24h or 30d");
  }
  return Number(digits) * secondsOf[unit as keyof typeof secondsOf];
}

/** Reads a text that is not empty: an empty filter must never mean all. */
export function filled(text: string): string {
  if (text === "") throw new InvalidArgumentError("it is empty");
  return text;
}
