import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import {
  bodyHeaders,
  checkReadable,
  forgetStatusMessage,
  transformedText,
} from "./response-parts.ts";

type Chunk = string | Uint8Array | null | undefined;

/**
 * A Node response of which nothing goes out before `release`. Its status and headers are set as usual;
 * what is written is kept.
 */
export class HeldResponse {
  /** Resolves at the first byte that would have gone out. */
  readonly begun: Promise<void>;
  /** Resolves once all is written. */
  readonly ended: Promise<void>;
  readonly #response: ServerResponse;
  readonly #own: Pick<ServerResponse, "write" | "end" | "writeHead" | "flushHeaders">;
  readonly #chunks: Buffer[] = [];
  readonly #maxBytes: number;
  #size = 0;
  readonly #before: readonly (readonly [string, number | string | readonly string[]])[];
  #isEnded = false;

  /** @param maxBytes - more than this is not kept, and cannot be transformed. */
  constructor(response: ServerResponse, maxBytes: number) {
    this.#response = response;
    this.#maxBytes = maxBytes;
    this.#before = Object.entries(response.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    this.#own = {
      write: response.write.bind(response),
      end: response.end.bind(response),
      writeHead: response.writeHead.bind(response),
      flushHeaders: response.flushHeaders.bind(response),
    };
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    this.begun = begun.promise;
    this.ended = ended.promise;
    Object.assign(response, {
      write: (chunk: Chunk, ...rest: unknown[]) => {
        this.#keep(chunk, rest);
        begun.resolve();
        return true;
      },
      end: (...args: unknown[]) => {
        const [chunk, ...rest] = typeof args[0] === "function" ? [undefined, ...args] : args;
        this.#keep(chunk as Chunk, rest);
        this.#isEnded = true;
        begun.resolve();
        ended.resolve();
        return response;
      },
      writeHead: (status: number, ...rest: unknown[]) => {
        response.statusCode = status;
        this.#setHeaders(rest.at(-1));
        return response;
      },
      flushHeaders: () => begun.resolve(),
    });
  }

  /** Lets out what was written, and everything from now on. */
  release(): void {
    this.#restore();
    for (const chunk of this.#chunks) this.#response.write(chunk);
    if (this.#isEnded) this.#response.end();
  }

  /** The whole body with what is to be redacted taken out. @throws TypeError for one that cannot be. */
  async transformed(transform: (part: unknown) => Promise<unknown>): Promise<string> {
    const response = this.#response;
    const [encoding, type] = ["content-encoding", "content-type"].map((name) =>
      String(response.getHeader(name) ?? ""),
    );
    checkReadable(response.statusCode, encoding, type);
    if (this.#size > this.#maxBytes) throw new TypeError("the body is too large to be redacted");
    return await transformedText(Buffer.concat(this.#chunks), transform);
  }

  /** Lets out another body in the place of what was written. */
  replace(body: string): void {
    this.#restore();
    forgetStatusMessage(this.#response);
    for (const name of bodyHeaders) this.#response.removeHeader(name);
    this.#response.end(body);
  }

  /** Forgets what the handler made of headers and body; what was there before, such as CORS, stays. */
  discard(): void {
    this.#restore();
    forgetStatusMessage(this.#response);
    this.#response.addTrailers({});
    for (const name of this.#response.getHeaderNames()) this.#response.removeHeader(name);
    for (const [name, value] of this.#before) this.#response.setHeader(name, value);
  }

  #restore(): void {
    Object.assign(this.#response, this.#own);
  }

  #keep(chunk: Chunk, rest: readonly unknown[]): void {
    const encoding = typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : "utf-8";
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
      this.#size += bytes.length;
      if (this.#size <= this.#maxBytes) this.#chunks.push(bytes);
    }
    const written = rest.find((each) => typeof each === "function") as (() => void) | undefined;
    if (written !== undefined) queueMicrotask(written);
  }

  #setHeaders(headers: unknown): void {
    if (typeof headers !== "object" || headers === null) return;
    const pairs = Array.isArray(headers)
      ? Array.from({ length: headers.length / 2 }, (_, index) =>
          headers.slice(index * 2, index * 2 + 2),
        )
      : Object.entries(headers);
    for (const [name, value] of pairs as [string, string | number | string[]][]) {
      this.#response.setHeader(name, value);
    }
  }
}
