import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { entry } from "../../command-line.ts";
import { writeFiles } from "../../temporary-folder.ts";

/** A JSON-RPC message, as far as the tests look at it. */
export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: ToolResult;
  readonly error?: { readonly code: number; readonly message: string };
}

interface ToolResult {
  readonly content?: readonly { readonly text: string }[];
  readonly _meta?: { readonly "scopeward/denial"?: Denial };
  readonly [member: string]: unknown;
}

interface Denial {
  readonly codes: readonly string[];
  readonly approval: string;
}

// By hand, so that it does what no SDK would: it tells what it got, and ends as it is told.
const server = `
import { createInterface } from "node:readline";
process.stderr.write("started " + process.pid + "\\n");
process.on("SIGTERM", () => process.exit(9));
const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
const tools = ["search_notes", "write_note", "delete_notes"].map((name) => ({ name, inputSchema: { type: "object" } }));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  process.stderr.write("got " + method + " " + (params?.name ?? "") + "\\n");
  if (method === "initialize") {
    answer(id, { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "notes", version: "1" } });
  } else if (method === "tools/list") answer(id, { tools });
  else if (method === "tools/call") {
    const { words } = params.arguments;
    if (words === "exit") process.exit(7);
    if (words === "junk") process.stdout.write("a line of a log\\n");
    const ours = Object.keys(process.env).filter((name) => name.startsWith("SCOPEWARD_"));
    answer(id, { content: [{ type: "text", text: JSON.stringify({ words, ours }) }] });
  }
}
`;

/** Writes the server into a folder. @returns the command that starts it. */
export async function writeServer(cwd: string): Promise<readonly string[]> {
  await writeFiles(cwd, { "server.mjs": server });
  return [process.execPath, "server.mjs"];
}

/** `scopeward mcp` as a process, and a client that speaks to it. */
export class McpProcess {
  stderr = "";
  /** Of whatever is on standard output; a line that is no message fails the test. */
  readonly messages: Message[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [entry, "mcp", ...args], {
      cwd,
      env: { ...process.env, ...env },
    });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    child.stdin.on("error", () => undefined);
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.messages.push(JSON.parse(line) as Message);
      this.#wake();
    });
    this.exited = new Promise((resolve) => child.on("close", resolve));
    void this.exited.then(() => this.#wake());
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await this.exited;
    });
  }

  /** Writes a line as it is. */
  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  end(): void {
    this.#child.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a request. @returns the answer. */
  async ask(id: number, method: string, params: object = {}): Promise<Message> {
    this.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return await this.message((message) => message.id === id);
  }

  async initialize(): Promise<void> {
    await this.ask(0, "initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    this.write(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
  }

  /** The first message, come or to come, of which this holds. */
  async message(holds: (message: Message) => boolean): Promise<Message> {
    let found: Message | undefined;
    await this.#until(() => (found = this.messages.find(holds)) !== undefined);
    return found!;
  }

  /** Waits for a text on standard error. */
  async said(pattern: RegExp): Promise<string> {
    await this.#until(() => pattern.test(this.stderr));
    return pattern.exec(this.stderr)![0];
  }

  async #until(holds: () => boolean): Promise<void> {
    let isOver = false;
    void this.exited.then(() => (isOver = true));
    while (!holds()) {
      if (isOver) throw new Error(`scopeward mcp ended: ${this.stderr}`);
      await new Promise<void>((resolve) => void this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** The text of a tool's result. */
export function textOf({ result }: Message): string {
  return result?.content?.[0]?.text ?? "";
}

/** Why a call did not run, as programs read it. */
export function denialOf({ result }: Message): Denial {
  return result?.["_meta"]?.["scopeward/denial"] ?? { codes: [], approval: "" };
}
