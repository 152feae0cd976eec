import { isJsonObject } from "@scopeward/core";
import type { JsonObject, JsonValue } from "@scopeward/core";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { printable } from "./formats/pretty.ts";
import { InvalidInput } from "./invalid-input.ts";
import { isWithin } from "./mcp-child.ts";
import { openServer } from "./mcp-server.ts";
import type { OpenedServer, RemoteServer } from "./mcp-server.ts";
import type { Output } from "./output.ts";

// The first start of a server may have to download it.
const patienceMs = 60_000;
const mostPages = 100;

/** The server's tools, and the methods that it has beside them, by what they do as it says itself. */
interface Offer {
  readonly reading: readonly string[];
  readonly writing: readonly string[];
  /** How many tools have a name that stands for something else, or looks like another. */
  readonly leftOut: number;
}

/**
 * Asks a server for its tools and writes a feature that names each of them, as a beginning. The names are
 * the server's, and so is what only reads: a person has to look at both.
 * @throws InvalidInput for a server that does not answer.
 */
export async function printTools(
  command: readonly string[],
  options: RemoteServer & { readonly prefix?: string },
  output: Output,
): Promise<ExitCode> {
  const note = (line: string): void => output.note(printable(`scopeward mcp: ${line}`));
  const server = await openServer(command, options, note);
  try {
    const asked = offerOf(new Conversation(server));
    asked.catch(() => undefined);
    const isThere = isWithin(patienceMs, Promise.race([asked, server.exited.then(noAnswer)]));
    if (!(await isThere)) noAnswer();
    const offer = await asked;
    output.data(featureOf(offer, options.prefix ?? ""));
    if (offer.leftOut > 0)
      note(`left out ${offer.leftOut} tools whose names no policy should open`);
    return exitCode.done;
  } finally {
    await server.stop();
  }
}

function noAnswer(): never {
  throw new InvalidInput("the server does not tell its tools: see what it says above");
}

/** The least of a client. */
class Conversation {
  readonly #transport: MessageTransport;
  readonly #waiting = new Map<number, (answer: JsonObject) => void>();

  constructor({ transport }: OpenedServer) {
    this.#transport = transport;
    Object.assign(transport, { onmessage: (message: unknown) => this.#take(message) });
  }

  async start(): Promise<JsonObject> {
    await this.#transport.start();
    const result = await this.ask("initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "scopeward", version: "1" },
    });
    await this.#transport.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return result;
  }

  async ask(method: string, params: JsonObject): Promise<JsonObject> {
    const id = this.#waiting.size;
    const { promise, resolve } = Promise.withResolvers<JsonObject>();
    this.#waiting.set(id, resolve);
    await this.#transport.send({ jsonrpc: "2.0", id, method, params });
    const { result } = await promise;
    return isJsonObject(result) ? result : noAnswer();
  }

  #take(message: unknown): void {
    if (!isJsonObject(message)) return;
    const { id, method } = message;
    if (method === undefined) return this.#waiting.get(id as number)?.(message);
    if (id === undefined) return;
    const error = { code: -32601, message: "only the tools are asked for" };
    void this.#transport.send({ jsonrpc: "2.0", id, error }).catch(() => undefined);
  }
}

interface MessageTransport {
  start(): Promise<void>;
  send(message: JsonObject): Promise<void>;
}

async function offerOf(server: Conversation): Promise<Offer> {
  const { capabilities } = await server.start();
  const has = isJsonObject(capabilities) ? capabilities : {};
  const tools: JsonValue[] = [];
  let cursor: JsonValue | undefined;
  for (let page = 0; has["tools"] !== undefined && page < mostPages; page++) {
    const result = await server.ask("tools/list", cursor === undefined ? {} : { cursor });
    if (Array.isArray(result["tools"])) tools.push(...(result["tools"] as readonly JsonValue[]));
    cursor = result["nextCursor"];
    if (cursor === undefined) break;
  }
  const methods = [
    ...(has["resources"] === undefined ? [] : ["resources/read"]),
    ...(has["prompts"] === undefined ? [] : ["prompts/get"]),
  ];
  const named = tools.filter(isNamed);
  return {
    reading: [...named.filter(isReading).map(({ name }) => name), ...methods],
    writing: named.filter((tool) => !isReading(tool)).map(({ name }) => name),
    leftOut: tools.length - named.length,
  };
}

/**
 * A name by MCP's own rule (SEP-986). A server could call a tool like a method, or like the right to
 * answer approvals: whoever takes the feature over would give that away.
 */
function isNamed(tool: JsonValue): tool is JsonObject & { readonly name: string } {
  const name = isJsonObject(tool) ? tool["name"] : undefined;
  return typeof name === "string" && /^[\w.-]{1,128}$/u.test(name) && name !== "answer_approval";
}

function isReading(tool: JsonValue): boolean {
  const hints = isJsonObject(tool) ? tool["annotations"] : undefined;
  return isJsonObject(hints) && hints["readOnlyHint"] === true;
}

function featureOf({ reading, writing }: Offer, prefix: string): string {
  const feature = /^[a-z][a-z0-9_]*/u.exec(prefix)?.[0] ?? "server";
  const scope = (title: string, verb: string, risk: string, names: readonly string[]): string =>
    names.length === 0
      ? ""
      : `
# METADATA
# title: ${title}
scopes["${feature}:${verb}"] := {
	"tools": {
${[...new Set(names)].map((name) => `\t\t${JSON.stringify(prefix + name)}: {"resource": "none"},\n`).join("")}	},
	"risk": "${risk}",
}
`;
  return `# METADATA
# title: Tools of an MCP server
# description: What reads is what the server says so of. Take out what nobody needs, and write rules.
package features.${feature}
${scope("Read", "read", "low", reading)}${scope("Write", "write", "high", writing)}`;
}
