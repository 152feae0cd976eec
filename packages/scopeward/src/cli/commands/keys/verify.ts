import { isIP } from "node:net";
import { covers, isScope } from "@scopeward/core";
import type { Verification } from "@scopeward/sdk";
import { Command, InvalidArgumentError } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { exitCode } from "../../exit-code.ts";
import type { ExitCode } from "../../exit-code.ts";
import { principalJson } from "../../formats/keys.ts";
import { printable } from "../../formats/pretty.ts";
import { addKeysOptions } from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { runWithKeys } from "../../keys-run.ts";
import type { Output } from "../../output.ts";
import { readToken } from "../../token-input.ts";

interface VerifyOptions extends KeysVerbOptions {
  readonly scope?: string;
  readonly address?: string;
}

/** `scopeward keys verify`: whose token it is and what it may do, or why it is not accepted. */
export const keysVerifyCommand: DefineCommand = (output, finish) => {
  const command = new Command("verify")
    .description(
      "Verify a token, from SCOPEWARD_TOKEN where it is set, else from standard input; exit 2 when it is rejected. The answer is JSON.",
    )
    .option("--scope <scope>", "reject a token without a grant for this scope", scope)
    .option("--address <ip>", "address of the one who shows it", address);
  addKeysOptions(command, ["json"]);
  addExample(command, "scopeward keys verify --scope notes:read");
  return command.action(async (options: VerifyOptions) => {
    finish(await verify(options, output));
  });
};

async function verify(options: VerifyOptions, output: Output): Promise<ExitCode> {
  const token = await readToken();
  return await runWithKeys(options, output, "store", async (keys, { told }) => {
    const { address: from } = options;
    const verifying = keys.verify(token, from === undefined ? {} : { address: from });
    const result = await output.progress("verifying", verifying);
    if (result.outcome === "rejected") told(result.detail ?? "");
    return answer(result, options.scope, output);
  });
}

const advice: Readonly<Partial<Record<string, string>>> = {
  "key:malformed": "this is no token, or not the whole of one: nothing was looked up",
  "key:unknown": "see that --state and --store name the place where it was issued",
};

function answer(result: Verification, required: string | undefined, output: Output): ExitCode {
  if (result.outcome === "rejected") {
    // The reason is for the operator; whoever shows a token gets the code.
    const said = [result.detail, advice[result.code]].filter((text) => text !== undefined);
    if (said.length > 0) output.note(printable(said.join("; ")));
    output.json({ outcome: "rejected", code: result.code });
    return exitCode.notAllowed;
  }
  const { principal } = result;
  if (required !== undefined && !principal.key.scopes.some((grant) => covers(grant, required))) {
    const grants = principal.key.scopes.join(", ") || "none";
    output.note(`no grant of the key covers \`${required}\`: it has ${grants}`);
    output.json({ outcome: "rejected", code: "scope:missing" });
    return exitCode.notAllowed;
  }
  output.json({ outcome: "verified", principal: principalJson(principal) });
  return exitCode.done;
}

function scope(text: string): string {
  if (isScope(text)) return text;
  throw new InvalidArgumentError("give a scope such as notes:read, without wildcards");
}

function address(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError("give an IP address");
}
