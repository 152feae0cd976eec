import { spawn } from "node:child_process";
import { open, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Secret } from "@scopeward/keys";
import type { Command } from "commander";
import { Option } from "commander";
import { InvalidInput, reasonOf } from "./invalid-input.ts";

/** Where a new token goes instead of the answer. */
export interface TokenOptions {
  readonly tokenFile?: string;
  readonly tokenTo?: string;
}

/** Whether a token has arrived where it shall be kept. */
export type Delivery =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly reason: string };

/** Takes one token, once. */
export interface TokenSink {
  /** For people. */
  readonly place: string;
  /** Resolves once the token is durable there, or is known not to be. */
  deliver(token: Secret): Promise<Delivery>;
  /** Ends it; nothing is left of it unless the token was delivered. */
  close(): Promise<void>;
}

/** Adds `--token-file` and `--token-to`. */
export function addTokenOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--token-file <file>",
        "write the token to this new file, which its owner alone may read, and not into the answer",
      ).conflicts("tokenTo"),
    )
    .option(
      "--token-to <command>",
      "write the token to the standard input of this shell command, and not into the answer; what the command prints is dropped",
    );
}

/**
 * Makes sure of the place before there is a token. Undefined where the answer carries it.
 * @throws InvalidInput when the file is there already or cannot be made.
 */
export async function openTokenSink(options: TokenOptions): Promise<TokenSink | undefined> {
  if (options.tokenFile !== undefined) return await openFile(options.tokenFile);
  return options.tokenTo === undefined ? undefined : commandSink(options.tokenTo);
}

async function openFile(path: string): Promise<TokenSink> {
  // `wx`: whatever is there, a link to nowhere included, is neither followed nor overwritten.
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    throw new InvalidInput(`\`--token-file ${path}\` cannot be made: ${reasonOf(error)}`);
  });
  let isDelivered = false;
  return {
    place: `\`${path}\``,
    deliver: async (token) => {
      try {
        await file.writeFile(token.reveal());
        await file.sync();
        await syncFolder(dirname(resolve(path)));
      } catch (error) {
        return { kind: "failed", reason: reasonOf(error) };
      }
      isDelivered = true;
      return { kind: "delivered" };
    },
    close: async () => {
      await file.close();
      if (!isDelivered) await rm(path, { force: true });
    },
  };
}

// The file's name is durable only with its folder.
// Windows knows no such thing.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function commandSink(command: string): TokenSink {
  if (command.trim() === "") throw new InvalidInput("`--token-to` is empty: give a shell command");
  return {
    place: "the command of `--token-to`",
    deliver: async (token) => await runCommand(command, token),
    close: () => Promise.resolve(),
  };
}

async function runCommand(command: string, token: Secret): Promise<Delivery> {
  return await new Promise((done) => {
    const fail = (reason: string): void => done({ kind: "failed", reason });
    // Its output is dropped: `tee` and the like would put the token into whatever log we end in.
    const child = spawn(command, { shell: true, stdio: ["pipe", "ignore", "inherit"] });
    child.on("error", (error) => fail(reasonOf(error)));
    child.stdin.on("error", () => fail("it did not read its standard input"));
    child.on("close", (code, signal) => {
      if (code === 0) done({ kind: "delivered" });
      else fail(code === null ? `it was ended by ${String(signal)}` : `it ended with ${code}`);
    });
    child.stdin.end(token.reveal());
  });
}
