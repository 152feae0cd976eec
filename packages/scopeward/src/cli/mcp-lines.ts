import type { Readable, Writable } from "node:stream";
import { parseStrictJson } from "./mcp-strict-json.ts";

// As the MCP SDK bounds a message, with room for a picture.
const mostLineBytes = 16 * 1024 * 1024;
const mostBatched = 256;
const newline = 0x0a;

/** Why a line is no message. */
export type LineRefusal = "syntax" | "duplicate" | "depth" | "batch" | "length";

/**
 * MCP messages as lines of JSON on two streams. A line that says one thing twice is refused, and what is
 * sent is written anew, never the bytes that came in. A batch (protocol 2025-03-26) is taken apart.
 */
export class LineTransport {
  onmessage: ((message: unknown) => void) | undefined;
  /** Told of each line that is no message; the lines after it are read. */
  onrefused: ((reason: LineRefusal) => void) | undefined;
  /** Called once, when either stream has ended. */
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  readonly #input: Readable;
  readonly #output: Writable;
  #chunks: Buffer[] = [];
  #length = 0;
  #isOpen = true;

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  start(): Promise<void> {
    const end = (): void => void this.close();
    this.#input
      .on("data", (chunk: Buffer) => this.#take(chunk))
      .on("end", end)
      .on("close", end)
      .on("error", end);
    // The reader is gone: whatever it asked for is not wanted any more.
    this.#output.on("error", end);
    return Promise.resolve();
  }

  /** Resolves once the message has left, or the stream is gone. */
  async send(message: object): Promise<void> {
    // A client that has ended its side may still read.
    if (!this.#output.writable) return;
    const line = `${JSON.stringify(message)}\n`;
    await new Promise<void>((resolve) => void this.#output.write(line, () => resolve()));
  }

  close(): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#chunks = [];
      this.#input.destroy();
      this.onclose?.();
    }
    return Promise.resolve();
  }

  #take(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#chunks.push(chunk.subarray(start, end));
      const line = Buffer.concat(this.#chunks).toString("utf8");
      this.#chunks = [];
      this.#length = 0;
      start = end + 1;
      if (this.#isOpen) this.#read(line);
    }
    this.#length += chunk.length - start;
    if (start < chunk.length) this.#chunks.push(chunk.subarray(start));
    if (this.#length <= mostLineBytes) return;
    // Where the next message begins cannot be told without reading on for ever.
    this.onrefused?.("length");
    void this.close();
  }

  #read(line: string): void {
    if (line.trim() === "") return;
    const parsed = parseStrictJson(line);
    if (parsed.kind === "refused") return this.onrefused?.(parsed.reason);
    const { value } = parsed;
    if (!Array.isArray(value)) return this.onmessage?.(value);
    if (value.length === 0 || value.length > mostBatched) return this.onrefused?.("batch");
    for (const message of value as readonly unknown[]) this.onmessage?.(message);
  }
}
