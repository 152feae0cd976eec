// Writes docs/cli.md from the definitions of the commands; `--check` fails when the page is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exampleOf } from "../packages/scopeward/src/cli/command-options.ts";
import { commandTable, isVerb } from "../packages/scopeward/src/cli/command-table.ts";
import { openOutput } from "../packages/scopeward/src/cli/output.ts";
import { buildProgram, pathOf } from "../packages/scopeward/src/cli/program.ts";

const preface = `# Command line reference

<!-- written by \`node tools/cli-reference.ts\` from the definitions of the commands -->

\`scopeward <command> [options]\`. \`scopeward <command> --help\` prints what is said here of one command.
Each example below works, in this order, in an empty folder. In those of \`keys\`, \`$KEY\` is the id that
\`keys issue\` answered with, and the variable \`SCOPEWARD_TOKEN\` holds its token.

| exit code | means |
| --- | --- |
| 0 | done; of \`eval\`: the decision is allow |
| 1 | tests, checks or a verification failed, \`keys lint\` or \`keys scan\` found something, or it could not be done |
| 2 | of \`eval\`: the decision is not allow; of \`keys\`: the token is rejected, or it is more than the parent or the management key may; of \`approvals\`: the one who answers may not |
| 3 | the command's own input is invalid: an option, a path, the configuration, text that is not JSON |

Data goes to standard output, everything said about it to standard error. Colours are for terminals, and
\`NO_COLOR\` switches them off. Without a path a command takes \`policies\` of the configuration, else the folder
\`policies\`. Several paths are one policy set.

## Configuration

\`scopeward.config.ts\`, \`.mts\`, \`.js\`, \`.mjs\` or \`.json\` in the current folder, or the file of \`--config\`. It is
what \`openScopeward()\` reads too. Every member may be left out; one that is not listed here is an error.

| member | |
| --- | --- |
| \`policies\` | folder of policies, a bundle file, or in a program [a source of bundles](operations.md#policies-from-somewhere-else) |
| \`state\` | folder for what must outlive the process; keys and the audit log are in \`.scopeward\` without it |
| \`keys\` | \`{ store, tenant, pepperFile, knownOwner }\`: the URL of the store, whose keys these are, the file of the pepper, and a function that tells \`keys lint\` whether an owner is still there |
| \`approvals\` | where questions to people are kept; \`approvals.db\` in the state folder without it |
| \`watch\` | reload when the policies change |
| \`plugins\` | modules that default-export a plugin |
| \`ignore\` | globs that are left out of the policy folder |
| \`verify\` | \`{ key \\| keyFile, algorithm }\`: the public key that bundles must be signed with |
| \`isolation\` | \`"none"\`, or \`"worker"\` for policies that nobody trusts |
| \`limits\` | \`{ inputBytes, inputDepth, memoryBytes, timeoutMs }\` |

## Environment

| variable | |
| --- | --- |
| \`SCOPEWARD_TOKEN\` | the token that \`keys verify\` reads, and with which \`approvals approve\` and \`deny\` answer |
| \`SCOPEWARD_MANAGEMENT_TOKEN\` | \`keys\` acts with the authority of this management key |
| \`SCOPEWARD_PEPPER\` | the pepper, \`ID:BASE64\` of 32 bytes or more; several are comma separated, the current one first |
| \`XDG_CONFIG_HOME\` | where \`scopeward/pepper.json\` is without one; \`~/.config\` where it is not set |
| \`NO_COLOR\` | no colours |
| \`DEBUG\` | the stack of an unexpected fault |

## What programs read

Standard output holds one JSON document, or nothing where the input or the policies kept the command from an
answer. \`--watch\` writes one document per run, \`eval --jsonl\` one per line. Rows and columns count from 1,
columns in Unicode code points.

| command | \`--json\` |
| --- | --- |
| \`check\` | \`{"problems": [{"severity", "code", "message", "file", "row", "column"}]}\` |
| \`test\` | \`{"passed", "failed", "errored", "skipped", "tests": [{"package", "name", "outcome", "milliseconds", "file", "row"}]}\`, with \`coverage\` where asked for, and \`problems\` where the tests could not run; \`outcome\` is \`pass\`, \`fail\`, \`error\` or \`skip\` |
| \`fmt\` | \`{"files": [{"file", "changed", "text"}], "problems"}\` |
| \`build\` | \`{"file", "revision", "bytes", "files": {path: bytes}}\`, or \`{"problems"}\` |
| \`inspect\` | \`{"revision", "features": [{"name", "title", "scopes": [{"scope", "title", "tools", "models", "audiences", "risk"}]}], "builtins"}\` |
| \`eval\` | the Decision: \`{"effect", "reasons", "obligations", "args", "missing_scopes"}\`, with \`rules\` for \`--explain\` |
| \`init\` | \`{"created", "skipped"}\` |
| \`keys issue\`, \`delegate\` | \`{"key", "token"}\`; \`{"key", "replayed": true}\` where the idempotency key was used before |
| \`keys verify\` | \`{"outcome": "verified", "principal"}\` or \`{"outcome": "rejected", "code"}\` |
| \`keys list\` | an array of keys |
| \`keys show\` | a key: \`{"id", "tenant", "owner", "kind", "audience", "name", "notes", "scopes", "constraints", "mayGrant", "status", "notBefore", "expiresAt", "parent", "secrets", "createdAt", "createdBy", "revokedAt", "revokedReason", "lastUsedAt", "version"}\` |
| \`keys update\`, \`enable\` | \`{"key"}\` |
| \`keys rotate\` | \`{"key", "token", "retiring": {"endsAt"}}\` |
| \`keys revoke\`, \`disable\` | \`{"key", "effectiveBy"}\`; \`{"keys", "effectiveBy"}\` for \`revoke\` with \`--owner\` or \`--scope\` |
| \`keys lint\` | an array of \`{"rule", "keyId", "owner", "message"}\` |
| \`keys scan\` | an array of \`{"file", "row", "column", "id", "kind"}\`, with \`owner\`, \`state\` and \`live\` where the store is at hand; \`state\` is \`live\`, \`disabled\`, \`revoked\`, \`expired\`, \`not_yet_valid\`, \`parent_inactive\` or \`unknown\` |
| \`approvals list\` | an array of approvals |
| \`approvals show\`, \`approve\`, \`deny\` | an approval: \`{"id", "binding", "tenant", "keyId", "subject", "actors", "action", "resource", "args", "codes", "reasons", "createdAt", "expiresAt", "status", "answer": {"verdict", "approver", "at", "note"}}\`; \`status\` is \`pending\`, \`approved\`, \`denied\`, \`consumed\` or \`expired\` |
| any of \`keys\` and \`approvals\` that changes nothing because it is refused | \`{"outcome": "refused", "code", "message", "field"}\` |

What a key or an approval does not have is left out. Times are RFC 3339 in UTC. No verification that starts after
\`effectiveBy\` accepts the key, on any node. The old token works until \`retiring.endsAt\`. \`token\` is left out where
it went elsewhere, and \`lastUsedAt\` in the answers to changes. \`code\` is one of those in the
[key guide](keys.md#the-codes); of \`approvals\` it may also be a reason of the decision, \`approval_unknown\`, or
\`approval_\` with the status that takes no answer. \`message\` is for people.

## Tokens

No command takes a token as an argument, where other programs and the shell's history can read it: one that
stands there is refused with exit code 3. \`keys verify\`, \`approvals approve\` and \`approvals deny\` read it from
\`SCOPEWARD_TOKEN\` or standard input. A new token is part of the answer, once, unless \`--token-file\` or
\`--token-to\` takes it elsewhere; where that fails, a new key is revoked again. With \`SCOPEWARD_MANAGEMENT_TOKEN\` in
the environment, \`keys\` acts with the authority of that management key; a token there that is not accepted, an
empty one too, is exit code 2. Without it, whoever can read store and pepper may do everything.
`;

type Command = Awaited<ReturnType<typeof buildProgram>>;
type Argument = Command["registeredArguments"][number];
type Option = Command["options"][number];

const page = fileURLToPath(new URL("../docs/cli.md", import.meta.url));
const text = await cliReference();
if (!process.argv.includes("--check")) {
  writeFileSync(page, text);
} else if (readFileSync(page, "utf8") !== text) {
  console.error("docs/cli.md is stale: run `node tools/cli-reference.ts`");
  process.exitCode = 1;
}

async function cliReference(): Promise<string> {
  const verbs = Object.keys(commandTable).filter(isVerb);
  const program = await buildProgram(verbs, openOutput(), () => undefined);
  const sections = program.commands.flatMap((command) => [
    section(command),
    ...command.commands.map(section),
  ]);
  return [preface, ...sections].join("\n");
}

function section(command: Command): string {
  const name = pathOf(command);
  const example = exampleOf(command);
  return [
    `## ${name}`,
    "",
    command.description(),
    "",
    `Usage: \`${name} ${command.usage()}\``,
    "",
    "| | |",
    "| --- | --- |",
    ...command.commands.map((below) => `| \`${below.name()}\` | ${cell(below.description())} |`),
    ...command.registeredArguments.map(argumentRow),
    ...command.options.map(optionRow),
    "",
    ...(example === undefined ? [] : ["```sh", example, "```", ""]),
  ].join("\n");
}

function argumentRow(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  const shown = argument.required ? `<${name}>` : `[${name}]`;
  return `| ${code(shown)} | ${cell(argument.description)} |`;
}

function optionRow(option: Option): string {
  const choices =
    option.argChoices === undefined ? "" : `: ${option.argChoices.map(code).join(", ")}`;
  const fallback =
    typeof option.defaultValue === "string" ? ` (default: ${code(option.defaultValue)})` : "";
  return `| ${cell(code(option.flags))} | ${cell(option.description + choices + fallback)} |`;
}

function code(word: string): string {
  return `\`${word}\``;
}

function cell(words: string): string {
  return words.replaceAll("|", "\\|");
}
