import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Makes a command; its action hands the exit code to `finish`. */
export type DefineCommand = (output: Output, finish: (code: ExitCode) => void) => Command;
