import { Command, CommanderError } from "commander";
import { ScopewardError } from "../scopeward-error.ts";
import { commandTable, isVerb } from "./command-table.ts";
import type { Verb } from "./command-table.ts";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { InvalidInput, reasonOf } from "./invalid-input.ts";
import { openOutput } from "./output.ts";
import type { Output } from "./output.ts";
import { packageVersion } from "./package-version.ts";
import { refuseTokens } from "./token-argument.ts";

/**
 * Runs one command.
 * @param args - what follows `scopeward` on the command line.
 * @returns the exit code; never rejects for anything in the arguments or the files they name.
 */
export async function runCommandLine(
  args: readonly string[],
  output: Output = openOutput(),
): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const program = await buildProgram(verbsFor(args), output, finish);
  try {
    refuseTokens(args);
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return exitCode.invalidInput;
    }
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode.done : exitCode.invalidInput;
    }
    return reportFault(error, output);
  }
}

/** The commands of `verbs`, ready to parse; the reference page is generated from it too. */
export async function buildProgram(
  verbs: readonly Verb[],
  output: Output,
  finish: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command("scopeward")
    .description("Scoped API keys and policy-as-code for AI features and agent tools.")
    // What stands behind a command is the command's: `keys update --version` is no question for ours.
    .enablePositionalOptions()
    .version(packageVersion(), "-V, --version", "print the version")
    .addHelpText("after", afterHelp);
  for (const verb of verbs) {
    const define = await commandTable[verb]();
    program.addCommand(define(output, finish));
  }
  configure(program, output);
  return program;
}

// A command and those below it. Commander hands settings on to commands that it makes, not to ours.
function configure(command: Command, output: Output): void {
  command
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`run \`${pathOf(command)} --help\` for what is possible`)
    .configureOutput({
      writeOut: (text) => output.data(text),
      writeErr: (text) => output.note(text),
    });
  if (command.commands.length > 0) {
    command.helpCommand("help [command]", "print the help of a command");
  }
  for (const below of command.commands) configure(below, output);
}

/** A command as it is called, such as `scopeward keys issue`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

const afterHelp = `
Exit codes:
  0  done; of eval: the decision is allow
  1  tests, checks or a verification failed, or it could not be done
  2  the decision is not allow; of keys and approvals: the token is rejected, or it is more than one may
  3  the command's own input is invalid

Example:
  $ scopeward init && scopeward check && scopeward test`;

// A command's module is loaded for that command alone: start-up is most of what a short check takes.
function verbsFor(args: readonly string[]): readonly Verb[] {
  const [first] = args;
  if (first !== undefined && isVerb(first)) return [first];
  return Object.keys(commandTable).filter(isVerb);
}

function reportFault(error: unknown, output: Output): ExitCode {
  const label = output.noteColors.red("error");
  if (error instanceof InvalidInput) {
    output.note(`${label}: ${error.message}`);
    return exitCode.invalidInput;
  }
  if (ScopewardError.is(error)) {
    output.note(`${label}: ${error.message}`);
    const isRefusal = error.code === "policies_invalid" || error.code === "bundle_refused";
    return isRefusal ? exitCode.failed : exitCode.invalidInput;
  }
  // A fault of ours, not of the input: whoever reports it needs the place.
  const detail =
    process.env["DEBUG"] === undefined ? reasonOf(error) : String((error as Error).stack);
  output.note(`${label}: ${detail}`);
  return exitCode.failed;
}
