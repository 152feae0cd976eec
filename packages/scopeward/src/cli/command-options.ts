import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";

/** Options that every command has. */
export interface ProjectOptions {
  readonly config?: string;
  readonly plugin?: readonly string[];
}

/** Options of the commands that read Rego. */
export interface ReadingOptions extends ProjectOptions {
  readonly ignore?: readonly string[];
  readonly v0Compatible?: boolean;
}

/** Adds `--config`, `--plugin` and, where a program may read the answer, `--format` and `--json`. */
export function addProjectOptions(command: Command, formats: readonly string[]): Command {
  command
    .option("-c, --config <file>", "configuration file (default: scopeward.config.* here, if any)")
    .option(
      "-p, --plugin <file>",
      "module that default-exports a plugin; may be given again",
      collect,
    );
  return command
    .addOption(
      new Option("-f, --format <format>", "how to write the answer")
        .choices([...formats])
        .default(formats[0]),
    )
    .addOption(new Option("--json", "same as --format json").implies({ format: "json" }));
}

/** Adds `--ignore` and `--v0-compatible`. */
export function addReadingOptions(command: Command): Command {
  return command
    .option(
      "-i, --ignore <glob>",
      "leave out files and folders of this name or path; may be given again",
      collect,
    )
    .option("--v0-compatible", "parse as Rego v0");
}

/** Adds `--watch`. */
export function addWatchOption(command: Command): Command {
  return command.option("-w, --watch", "run again whenever a policy changes");
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Reads a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/u.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`give a whole number of ${least} or more`);
    }
    return value;
  };
}

/** Reads a number from 0 to 100. */
export function percentage(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/u.test(text) || value > 100) {
    throw new InvalidArgumentError("give a number from 0 to 100");
  }
  return value;
}

/** Reads a duration such as `500ms`, `5s`, `2m` or plain seconds, to milliseconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/u.exec(text);
  const [, digits, unit = "s"] = match ?? [];
  const milliseconds = Number(digits) * { ms: 1, s: 1000, m: 60_000 }[unit as "ms" | "s" | "m"];
  if (match === null || !(milliseconds >= 1)) {
    throw new InvalidArgumentError("give a duration such as 500ms, 5s or 2m");
  }
  return milliseconds;
}

const examples = new WeakMap<Command, string>();

/** Shows one line that works in a project of `scopeward init` below the command's help. */
export function addExample(command: Command, line: string): Command {
  examples.set(command, line);
  return command.addHelpText("after", `\nExample:\n  $ ${line}`);
}

/** The line of {@link addExample}. */
export function exampleOf(command: Command): string | undefined {
  return examples.get(command);
}
