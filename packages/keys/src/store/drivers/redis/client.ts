import { KeyStoreError } from "../../key-store.ts";
import type { RedisLocation } from "./location.ts";

/** What is used of a client of `@redis/client`, so that no type of that package is in ours. */
export interface RedisClient {
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  sendCommand(args: readonly string[]): Promise<unknown>;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  on(event: "error", listener: (error: unknown) => void): unknown;
}

/** Makes clients, and tells what the server refused from what went wrong on the way. */
export interface RedisLibrary {
  makeClient(location: RedisLocation): RedisClient;
  /** The text of an error that the server answered; undefined for any other. */
  refusalOf(error: unknown): string | undefined;
}

/** Longest wait for a connection, in milliseconds. */
export const connectWithinMs = 2_000;
// More than that many commands without an answer: the server is not keeping up.
const mostCommandsWaiting = 10_000;

/**
 * The client library, which is an optional peer dependency.
 * @throws KeyStoreError `misconfigured` when it is not installed.
 */
export async function loadRedisLibrary(): Promise<RedisLibrary> {
  const { createClient, ErrorReply } = await import("@redis/client").catch((cause: unknown) => {
    throw new KeyStoreError(
      "misconfigured",
      "a key store in Redis needs the package `@redis/client`: npm install @redis/client",
      { cause },
    );
  });
  return {
    makeClient: ({ host, port, database, tls, username, password }) =>
      createClient({
        socket: {
          host,
          port,
          ...(tls ? { tls: true } : {}),
          connectTimeout: connectWithinMs,
          // A lost connection is opened anew by the next call, and nothing is queued meanwhile:
          // what is sent again by itself may be done twice.
          reconnectStrategy: false,
        },
        database,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        name: "scopeward",
        disableOfflineQueue: true,
        commandsQueueMaxLength: mostCommandsWaiting,
        disableClientInfo: true,
        maintNotifications: "disabled",
        // Only bounds the time until a command is sent; the time until its answer is ours to bound.
        commandOptions: { timeout: 0 },
      }),
    refusalOf: (error) => (error instanceof ErrorReply ? error.message : undefined),
  };
}
