import { Command, InvalidArgumentError } from "commander";
import type { DefineCommand } from "../command-definition.ts";
import { InvalidInput } from "../invalid-input.ts";
import type { McpOptions } from "../mcp-session.ts";

/** `scopeward mcp`: any MCP server, unchanged, behind the policies. */
export const mcpCommand: DefineCommand = (output, finish) => {
  const command = new Command("mcp")
    .description(
      "Stand between an MCP client on standard input and output and an MCP server, with the key in SCOPEWARD_TOKEN.",
    )
    .argument("[command...]", "the server's own command line, after --")
    // What stands behind the server's name is the server's.
    .passThroughOptions()
    .option("--url <url>", "server to reach over Streamable HTTP, in the place of a command", url)
    .option(
      "--header-env <name=variable>",
      "send this header to it, with the value of an environment variable; may be given again",
      headers,
    )
    .option("--prefix <text>", "put before the name of each tool for the policies")
    .option(
      "--print-tools",
      "write a feature that names the server's tools, as a beginning, and end; needs no key",
    )
    .option("-c, --config <file>", "configuration file (default: scopeward.config.* here, if any)")
    .option(
      "--policies <path>",
      "folder of policies or bundle file (default: `policies` of the configuration, else policies)",
    )
    .option(
      "--state <dir>",
      "folder of keys, audit log and approvals (default: `state` of the configuration, else .scopeward)",
    )
    .option(
      "--store <url>",
      "where the keys are (default: `keys.store` of the configuration, else keys.db in the state folder)",
    );
  // No `addExample`: what it shows has to work without a server and a network.
  command.addHelpText(
    "after",
    "\nExample:\n  $ scopeward mcp -- npx -y @modelcontextprotocol/server-filesystem notes",
  );
  return command.action(async (server: readonly string[], options: McpOptions) => {
    refuseConflicts(server, options);
    if (options.printTools === true) {
      const { printTools } = await import("../mcp-tools.ts");
      return finish(await printTools(server, options, output));
    }
    const { serveMcp } = await import("../mcp-session.ts");
    finish(await serveMcp(server, options, output));
  });
};

function refuseConflicts(server: readonly string[], options: McpOptions): void {
  if (server.length === 0 && options.url === undefined) {
    throw new InvalidInput(
      "give the server's command after --, as in `scopeward mcp -- node server.js`, or --url URL",
    );
  }
  if (server.length > 0 && options.url !== undefined) {
    throw new InvalidInput("`--url` and a command exclude each other: give one of them");
  }
  // Said here and not where it is parsed, which would repeat it.
  if (`${options.url?.username ?? ""}${options.url?.password ?? ""}` !== "") {
    throw new InvalidInput(
      "`--url` holds a name or password, which others can read: send it as a header, with --header-env",
    );
  }
  if (options.headerEnv !== undefined && options.url === undefined) {
    throw new InvalidInput("`--header-env` is for a server that is reached with --url");
  }
}

function url(text: string): URL {
  const parsed = URL.parse(text);
  if (parsed !== null && /^https?:$/u.test(parsed.protocol)) return parsed;
  throw new InvalidArgumentError("give a URL such as https://example.com/mcp");
}

function headers(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, variable] = /^([\w-]+)=(\w+)$/u.exec(text) ?? [];
  if (name === undefined || variable === undefined) {
    throw new InvalidArgumentError("give NAME=VARIABLE, such as Authorization=NOTES_AUTHORIZATION");
  }
  return { ...previous, [name]: variable };
}
