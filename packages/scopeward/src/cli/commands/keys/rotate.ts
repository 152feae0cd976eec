import type { Rotated } from "@scopeward/keys";
import { Command } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { prettyChanged } from "../../formats/keys.ts";
import { printable } from "../../formats/pretty.ts";
import { showToken } from "../../key-answer.ts";
import { addKeysOptions } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runAsOperator } from "../../keys-run.ts";
import { finishRefused } from "../../keys-refusal.ts";
import type { Output } from "../../output.ts";
import { addTokenOptions, openTokenSink } from "../../token-sink.ts";
import type { TokenOptions, TokenSink } from "../../token-sink.ts";

interface RotateOptions extends KeysVerbOptions, TokenOptions {
  readonly overlap?: string;
}

/** `scopeward keys rotate`: a new token for the same key. */
export const keysRotateCommand: DefineCommand = (output, finish) => {
  const command = new Command("rotate")
    .description("Give a key a new token, shown once; the old one works for a while.")
    .argument("<id>", "id of the key")
    .option(
      "--overlap <duration>",
      "how long the old token still works, at most 30d; 0s ends it now (default: 24h)",
    );
  addTokenOptions(command);
  addKeysOptions(command);
  addExample(command, "scopeward keys rotate $KEY --overlap 1h --json");
  return command.action(async (id: string, options: RotateOptions) => {
    finish(await rotate(id, options, output));
  });
};

async function rotate(id: string, options: RotateOptions, output: Output): Promise<ExitCode> {
  const sink = await openTokenSink(options);
  try {
    const { overlap } = options;
    return await runAsOperator(options, output, "store", async (keys) => {
      const rotating = keys.rotate(id, overlap === undefined ? {} : { overlap });
      const result = await output.progress("rotating", rotating);
      if (result.kind === "refused") return finishRefused(result, options.format, output);
      return await answer(result, sink, options, output);
    });
  } finally {
    await sink?.close();
  }
}

async function answer(
  { key, token, retiring }: Rotated,
  sink: TokenSink | undefined,
  options: RotateOptions,
  output: Output,
): Promise<ExitCode> {
  const delivery = await sink?.deliver(token);
  if (sink !== undefined && delivery?.kind === "failed") {
    const message = `key \`${key.id}\` is rotated, but its new token could not be written to ${sink.place}: ${delivery.reason}`;
    output.note(
      `${output.noteColors.red("error")}: ${printable(message)}; the old token works until ${retiring.endsAt}, or until the key is rotated again: mend the cause, then do that`,
    );
    return exitCode.failed;
  }
  const shown = sink === undefined ? token.reveal() : undefined;
  if (options.format === "json") {
    output.json({ key, ...(shown === undefined ? {} : { token: shown }), retiring });
    return exitCode.done;
  }
  output.data(prettyChanged(key));
  const isOver = Date.parse(retiring.endsAt) <= Date.now();
  output.data(`the old token ${isOver ? "works no more" : `works until ${retiring.endsAt}`}\n`);
  showToken(shown, output);
  return exitCode.done;
}
