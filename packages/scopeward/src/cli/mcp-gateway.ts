import type { Enforcer } from "@scopeward/sdk";
import { GuardedTransportError, guardTransport } from "@scopeward/adapters/mcp";
import type { AnyTransport, GuardedTransport } from "@scopeward/adapters/mcp";
import type { LineRefusal, LineTransport } from "./mcp-lines.ts";

/** What a gateway is made of. */
export interface GatewayParts {
  /** The client: our own standard input and output. */
  readonly client: LineTransport;
  readonly server: AnyTransport;
  readonly enforcer: Enforcer;
  readonly token: string;
  readonly prefix: string;
  /** Says a diagnostic line; never holds what a message holds. */
  readonly note: (line: string) => void;
}

/** A gateway that is open. */
export interface Gateway {
  /** Resolves once the client or the server is gone. */
  readonly ended: Promise<"client" | "server">;
  /** Resolves once every request is answered, and the answers have left. */
  settled(): Promise<void>;
  /** Tells the client that the policies have changed. */
  tellOfChange(): Promise<void>;
}

/** Ties a client on standard input and output to a server, with the policies in between. */
export async function openGateway(parts: GatewayParts): Promise<Gateway> {
  const { client, server, enforcer, token, prefix, note } = parts;
  const guarded = guardTransport(server, { enforcer, token, prefix, side: "client" });
  const wire = guarded as GuardedTransport<AnyTransport> & MessageTransport;
  const { promise: ended, resolve } = Promise.withResolvers<"client" | "server">();
  const underWay = new Set<Promise<void>>();
  const follow = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  Object.assign(wire, {
    onmessage: (message: object) =>
      follow(client.send(message).catch(async () => await answerUnsendable(parts, message))),
    onclose: () => resolve("server"),
    onerror: () => note("a message of the server could not be taken"),
  });
  Object.assign(client, {
    onmessage: (message: unknown) => {
      follow(wire.send(message).catch(async (error) => await answerFault(parts, message, error)));
    },
    onrefused: (reason: LineRefusal) => {
      note(`a message of the client is refused: ${refusals[reason]}`);
      void client.send(errorWithoutId(reason === "syntax" ? -32700 : -32600, refusals[reason]));
    },
    onclose: () => resolve("client"),
  });
  await wire.start();
  await client.start();
  return {
    ended,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    tellOfChange: async () => await guarded.tellOfChange(),
  };
}

/** What goes wrong with a line, in words. */
export const refusals: Readonly<Record<LineRefusal, string>> = {
  syntax: "it is no JSON",
  duplicate: "an object in it has a member twice",
  depth: "it is nested too deep",
  batch: "the batch is empty or too large",
  length: "it is too long",
};

interface MessageTransport {
  send(message: unknown): Promise<void>;
}

async function answerFault(
  { client, note }: GatewayParts,
  message: unknown,
  error: unknown,
): Promise<void> {
  if (GuardedTransportError.is(error)) {
    note(`a message of the client is refused: ${error.message}`);
    // With the id of a request that still runs, the error would be taken for its answer.
    if (error.code !== "closed") await client.send(errorWithoutId(-32600, error.message));
    return;
  }
  // An answer over HTTP that is none of MCP has a status, and a body that is not ours to show.
  const { status } = (error ?? {}) as { readonly status?: unknown };
  const reason =
    typeof status === "number"
      ? `the server answered with HTTP status ${status}`
      : "the server could not be reached";
  note(reason);
  await answerWith(client, message, reason);
}

/** What is nested too deep to be written cannot go on. */
async function answerUnsendable({ client, note }: GatewayParts, message: object): Promise<void> {
  const reason = `a message of the server is dropped: ${refusals.depth}`;
  note(reason);
  await answerWith(client, "method" in message ? undefined : message, reason);
}

async function answerWith(client: LineTransport, message: unknown, reason: string): Promise<void> {
  const { id } = (message ?? {}) as { readonly id?: unknown };
  if (id === undefined) return;
  await client.send({ jsonrpc: "2.0", id, error: { code: -32000, message: reason } });
}

function errorWithoutId(code: number, message: string): object {
  return { jsonrpc: "2.0", error: { code, message } };
}
