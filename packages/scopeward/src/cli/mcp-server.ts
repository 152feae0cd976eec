import { openHttpServer } from "@scopeward/adapters/mcp";
import type { AnyTransport } from "@scopeward/adapters/mcp";
import { exitCode } from "./exit-code.ts";
import { InvalidInput } from "./invalid-input.ts";
import { startChild } from "./mcp-child.ts";
import { refusals } from "./mcp-gateway.ts";

/** Where a server is that runs as no process of ours. */
export interface RemoteServer {
  readonly url?: URL;
  /** From the header's name to that of the environment variable with its value. */
  readonly headerEnv?: Readonly<Record<string, string>>;
}

/** A server that is open. */
export interface OpenedServer {
  readonly transport: AnyTransport;
  /** How a command that cannot go on without it ends. */
  readonly exited: Promise<number>;
  stop(): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts the server that a command line tells, or opens a way to the one at a URL.
 * @throws InvalidInput when that cannot be done.
 */
export async function openServer(
  [command, ...args]: readonly string[],
  { url, headerEnv = {} }: RemoteServer,
  note: (line: string) => void,
): Promise<OpenedServer> {
  if (command !== undefined) {
    const child = await startChild(command, args);
    let isTold = false;
    child.transport.onrefused = (reason) => {
      // Some servers write their log there: once is enough, but for what ends the connection.
      if (!isTold || reason === "length")
        note(`what the server wrote to standard output is dropped: ${refusals[reason]}`);
      isTold = true;
    };
    return { ...child, transport: child.transport };
  }
  const headers = Object.entries(headerEnv).map(([name, variable]): [string, string] => {
    const value = process.env[variable];
    if (value !== undefined) return [name, value];
    throw new InvalidInput(`there is no value for the header \`${name}\`: set \`${variable}\``);
  });
  const transport = await openHttpServer({ url: url!, headers: Object.fromEntries(headers) });
  if (transport === undefined) {
    throw new InvalidInput(
      "`--url` needs the MCP client: run `npm install @modelcontextprotocol/client`",
    );
  }
  return {
    transport,
    exited: Promise.resolve(exitCode.done),
    stop: async () => await transport.close(),
    signal: () => void transport.close(),
  };
}
