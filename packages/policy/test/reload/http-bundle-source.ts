import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BundleReading, BundleSource } from "@scopeward/sdk";
import { onTestFinished } from "vitest";

/** A server with one bundle, for whoever has the secret. */
export interface BundleServer {
  readonly url: string;
  readonly secret: string;
  /** What it answers with; nothing is a 404. */
  bytes: Uint8Array | undefined;
  /** Answers nobody while it is true; what was asked meanwhile is answered never. */
  isBlocked: boolean;
  /** Requests, and how many of them were answered with "not modified". */
  readonly requests: { asked: number; unmodified: number };
}

/** Starts a server that is gone after the test. */
export async function startBundleServer(): Promise<BundleServer> {
  const requests = { asked: 0, unmodified: 0 };
  const state = { bytes: undefined as Uint8Array | undefined, isBlocked: false };
  const secret = "proof-of-the-test";
  const versions = new Map<Uint8Array, string>();
  const answer = (etag: string | undefined, response: ServerResponse): void => {
    const { bytes } = state;
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    versions.set(bytes, versions.get(bytes) ?? `"${versions.size}"`);
    const own = versions.get(bytes)!;
    if (etag === own) {
      requests.unmodified += 1;
      response.writeHead(304).end();
    } else {
      response.writeHead(200, { etag: own }).end(bytes);
    }
  };
  const server = createServer((request, response) => {
    requests.asked += 1;
    if (state.isBlocked) return;
    if (request.headers.authorization === `Bearer ${secret}`) {
      answer(request.headers["if-none-match"], response);
    } else {
      response.writeHead(401).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${port}/bundle`, secret, requests });
}

/** Reads a bundle over HTTP, and again only when it has another tag. */
export class HttpBundleSource implements BundleSource {
  readonly name: string;
  readonly pollMs = 20;
  readonly #secret: string;
  #kept: { readonly tag: string; readonly bytes: Uint8Array } | undefined;

  constructor({ url, secret }: Pick<BundleServer, "url" | "secret">) {
    this.name = url;
    this.#secret = secret;
  }

  async read(signal: AbortSignal, maxBytes: number): Promise<BundleReading> {
    try {
      return await this.#fetch(signal, maxBytes);
    } catch {
      return { kind: "unavailable", reason: "the server does not answer" };
    }
  }

  async #fetch(signal: AbortSignal, maxBytes: number): Promise<BundleReading> {
    const kept = this.#kept;
    const headers: Record<string, string> = { authorization: `Bearer ${this.#secret}` };
    if (kept !== undefined) headers["if-none-match"] = kept.tag;
    const response = await fetch(this.name, { headers, signal });
    if (response.status === 304 && kept !== undefined) return within(kept.bytes, maxBytes);
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return { kind: "unavailable", reason: `the server answers ${response.status}` };
    }
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      size += part.length;
      if (size > maxBytes) return { kind: "unavailable", reason: "it is too large" };
      parts.push(part);
    }
    const bytes = Buffer.concat(parts);
    this.#kept = { tag: response.headers.get("etag") ?? "", bytes };
    return { kind: "read", bytes };
  }
}

function within(bytes: Uint8Array, maxBytes: number): BundleReading {
  return bytes.length > maxBytes
    ? { kind: "unavailable", reason: "it is too large" }
    : { kind: "read", bytes };
}
