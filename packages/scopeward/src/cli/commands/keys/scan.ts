import { stat } from "node:fs/promises";
import type { KeyKind } from "@scopeward/sdk";
import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { count, printable } from "../../formats/pretty.ts";
import { InvalidInput, reasonOf } from "../../invalid-input.ts";
import { leakFinder } from "../../key-leak.ts";
import type { FindLeak, Leak } from "../../key-leak.ts";
import { addKeysOptions } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runWithKeys } from "../../keys-run.ts";
import type { Output } from "../../output.ts";

/** One token that was found (contract); never the token. */
interface LeakedToken extends Partial<Leak> {
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly id: string;
  readonly kind: KeyKind;
}

/** `scopeward keys scan`: tokens in files or standard input. */
export const keysScanCommand: DefineCommand = (output, finish) => {
  const command = new Command("scan")
    .description(
      "Find tokens in files, folders or standard input, and say whose they are; exit 1 when there are any.",
    )
    .argument("[path...]", "files or folders; - is standard input, which is read without a path");
  addKeysOptions(command);
  addExample(command, "scopeward keys scan policies --json");
  return command.action(async (paths: readonly string[], options: KeysVerbOptions) => {
    finish(await scan(paths.length === 0 ? ["-"] : paths, options, output));
  });
};

async function scan(
  paths: readonly string[],
  options: KeysVerbOptions,
  output: Output,
): Promise<ExitCode> {
  await refuseMissing(paths);
  const work = async (find: FindLeak): Promise<ExitCode> => {
    const { tokens, isWhole } = await output.progress("scanning", collect(paths, find, output));
    if (options.format === "json") output.json(tokens);
    else output.data(pretty(tokens));
    return tokens.length === 0 && isWhole ? exitCode.done : exitCode.failed;
  };
  const { mayHaveSessionKeys } = await import("../../keys-session.ts");
  // Looking for leaks needs no keys, and must not make a place for them.
  if (!(await mayHaveSessionKeys(options))) return await work(() => Promise.resolve(undefined));
  return await runWithKeys(options, output, "store", async (keys, { told }) => {
    const tell = (line: string): void => {
      told(line);
      output.note(line);
    };
    return await work(leakFinder(keys, tell, Date.now()));
  });
}

/** @throws InvalidInput for a path that is not there, and for a terminal as standard input. */
async function refuseMissing(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (path !== "-") {
      await stat(path).catch((error: unknown) => {
        throw new InvalidInput(`\`${path}\` cannot be read: ${reasonOf(error)}`);
      });
    } else if (process.stdin.isTTY) {
      throw new InvalidInput("give the files or folders to scan, or a text on standard input");
    }
  }
}

async function collect(
  paths: readonly string[],
  find: FindLeak,
  output: Output,
): Promise<{ readonly tokens: readonly LeakedToken[]; readonly isWhole: boolean }> {
  const { scanPath, scanStream } = await import("@scopeward/keys");
  const tokens: LeakedToken[] = [];
  let isWhole = true;
  for (const path of paths) {
    if (path === "-") {
      for await (const { id, kind, row, column } of scanStream(process.stdin)) {
        tokens.push({ file: path, row, column, id, kind, ...(await find(id)) });
      }
      continue;
    }
    for await (const finding of scanPath(path)) {
      const file = finding.path;
      if (finding.outcome === "found") {
        const { id, kind, row, column } = finding;
        tokens.push({ file, row, column, id, kind, ...(await find(id)) });
      } else if (finding.outcome === "unreadable") {
        isWhole = false;
        output.note(printable(`\`${file}\` cannot be read: ${finding.reason}`));
      } else {
        output.note(printable(`\`${file}\` is left out: name it to scan it`));
      }
    }
  }
  return { tokens, isWhole };
}

function pretty(tokens: readonly LeakedToken[]): string {
  const lines = tokens.map(({ file, row, column, id, kind, owner, state }) => {
    const known = [owner, state?.replaceAll("_", " ")].filter((text) => text !== undefined);
    const about = known.length === 0 ? "" : `: ${known.join(", ")}`;
    return `${printable(`${file}:${row}:${column}: key ${id} (${kind})${about}`).replaceAll("\n", " ")}\n`;
  });
  return `${lines.join("")}${tokens.length === 0 ? "no token found" : `${count(tokens.length, "token")} found`}\n`;
}
