import type { Changed, Issued, Keys, KeyRecord, Refusal, Replayed } from "@scopeward/keys";
import { noteUnknownConstraints } from "./constraint-names.ts";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { prettyChanged, prettyKey } from "./formats/keys.ts";
import { printable } from "./formats/pretty.ts";
import { reasonOf } from "./invalid-input.ts";
import type { GrantOptions, KeysVerbOptions } from "./keys-options.ts";
import { runAsOperator } from "./keys-run.ts";
import { finishRefused } from "./keys-refusal.ts";
import type { Output } from "./output.ts";
import { openTokenSink } from "./token-sink.ts";
import type { Delivery, TokenOptions, TokenSink } from "./token-sink.ts";

/** Makes a key and answers with it; its token goes where the options say. */
export async function answerNewKey(
  options: KeysVerbOptions & TokenOptions & GrantOptions,
  output: Output,
  make: (keys: Keys) => Promise<Issued | Replayed | Refusal>,
): Promise<ExitCode> {
  // Before anything is built or issued: a place that is not there is told at once.
  const sink = await openTokenSink(options);
  try {
    return await runAsOperator(options, output, "catalogue", async (keys, { catalogue }) => {
      const result = await output.progress("issuing", make(keys));
      if (result.kind === "refused") return finishRefused(result, options.format, output);
      if (result.kind === "replayed") return answerReplayed(result.key, options, output);
      noteUnknownConstraints(options.constraint, catalogue, output);
      const { key, token } = result;
      const delivery = await sink?.deliver(token);
      if (sink !== undefined && delivery?.kind === "failed") {
        return await takeBack(keys, key, sink, delivery, output);
      }
      const shown = sink === undefined ? token.reveal() : undefined;
      if (options.format === "json") {
        output.json({ key, ...(shown === undefined ? {} : { token: shown }) });
      } else {
        output.data(prettyKey(key));
        showToken(shown, output);
      }
      return exitCode.done;
    });
  } finally {
    await sink?.close();
  }
}

/** The token on a line of its own, and that this is the only time; nothing where it went elsewhere. */
export function showToken(token: string | undefined, output: Output): void {
  if (token === undefined) return;
  output.data(`\n${token}\n`);
  output.note("this is the token: it is shown once and stored nowhere, keep it now");
}

function answerReplayed(key: KeyRecord, options: KeysVerbOptions, output: Output): ExitCode {
  if (options.format === "json") output.json({ key, replayed: true });
  else output.data(prettyKey(key));
  const advice =
    key.status === "revoked"
      ? "and it is revoked: give another idempotency key"
      : `\`scopeward keys rotate ${key.id}\` gives a new one`;
  output.note(
    `this idempotency key was used before, for this key: its token cannot be shown again; ${advice}`,
  );
  return exitCode.done;
}

// A live key whose token nobody has is one that nobody would miss.
async function takeBack(
  keys: Keys,
  key: KeyRecord,
  sink: TokenSink,
  { reason }: Extract<Delivery, { kind: "failed" }>,
  output: Output,
): Promise<ExitCode> {
  const label = output.noteColors.red("error");
  const lost = `the token of the new key \`${key.id}\` could not be written to ${sink.place}: ${reason}`;
  const fault = await revokeUndelivered(keys, key.id);
  output.note(
    fault === undefined
      ? `${label}: ${printable(lost)}; the key is revoked: mend the cause and issue another`
      : `${label}: ${printable(lost)}; it could not be revoked either (${printable(fault)}): run \`scopeward keys revoke ${key.id}\``,
  );
  return exitCode.failed;
}

async function revokeUndelivered(keys: Keys, id: string): Promise<string | undefined> {
  try {
    const result = await keys.revoke(id, { reason: "its token could not be delivered" });
    return result.kind === "ended" ? undefined : result.message;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Answers with a key as it is after a change. */
export function answerChanged(
  result: Changed | Refusal,
  format: KeysVerbOptions["format"],
  output: Output,
): ExitCode {
  if (result.kind === "refused") return finishRefused(result, format, output);
  if (format === "json") output.json({ key: result.key });
  else output.data(prettyChanged(result.key));
  return exitCode.done;
}
