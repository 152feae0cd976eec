import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { KeyStoreError } from "../../key-store.ts";
import type { Address } from "./address.ts";
import { faultOf } from "./faults.ts";
import { importPg } from "./pg-module.ts";
import type { PgModule, PgOptions, PgPool, PgPooledClient, Row } from "./pg-module.ts";

/** Longest time from a call to its answer or error. */
const callMs = 3_000;
/** Of that, to get a connection. Waiting for a free one and making one can follow each other. */
const connectMs = 1_500;
const goodbyeMs = 500;
const poolSize = 5;

const sessionSettings = [
  // A commit takes its lock first and must then see what the one before it has written.
  "default_transaction_isolation=read\\ committed",
  // Each statement is short and has its index: neither a compiler's time nor the missing statistics
  // of a new table, which make the planner read it whole, may come in between.
  "jit=off",
  "enable_seqscan=off",
];

/** One statement; a named one is prepared once in each connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** A connection while one call has it. */
export interface Session {
  rows(statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** Connections to one database. Every call is bounded in time, and rejects with KeyStoreError alone. */
export interface Connections {
  /** Runs in a connection that `prepare` has let pass. */
  readonly use: <T>(run: (session: Session) => Promise<T>) => Promise<T>;
  /** Runs in a connection as it is. */
  readonly useUnprepared: <T>(run: (session: Session) => Promise<T>) => Promise<T>;
  /** From now on no connection has passed: `prepare` is asked again for each. */
  distrust(): void;
  /** What makes a connection apart from the pool. */
  dedicated(): Promise<{ readonly pg: PgModule; readonly options: PgOptions }>;
  readonly isClosed: boolean;
  close(): Promise<void>;
}

/**
 * No I/O before the first use.
 * @param prepare - is run once in each new connection, because the server behind it may be another
 * one than before: a standby, or one with other settings.
 */
export function openConnections(
  address: Address,
  prepare: (session: Session) => Promise<void>,
): Connections {
  const sockets = new Set<Socket>();
  let prepared = new WeakSet<PgPooledClient>();
  let pool: PgPool | undefined;
  let isClosed = false;

  const options: PgOptions = {
    connectionString: address.url,
    connectionTimeoutMillis: connectMs,
    statement_timeout: callMs,
    idle_in_transaction_session_timeout: callMs,
    options: sessionSettings.map((setting) => `-c ${setting}`).join(" "),
    application_name: "scopeward",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: () => (text) => text },
    stream: () => {
      const socket = new Socket();
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return socket;
    },
  };

  const openPool = async (): Promise<PgPool> => {
    const pg = await importPg();
    if (isClosed) throw closedError();
    pool ??= watched(new pg.Pool({ ...options, max: poolSize, idleTimeoutMillis: 0 }));
    return pool;
  };

  const useUnprepared = async <T>(
    run: (session: Session, client: PgPooledClient) => Promise<T>,
  ): Promise<T> => {
    if (isClosed) throw closedError();
    const endsAtMs = performance.now() + callMs;
    try {
      const client = await (pool ?? (await openPool())).connect();
      try {
        const result = await run(sessionOf(client, endsAtMs), client);
        client.release();
        return result;
      } catch (error) {
        // Whatever went wrong, what the connection would answer next is not known.
        client.release(true);
        throw error;
      }
    } catch (error) {
      throw isClosed ? closedError() : faultOf(error, address);
    }
  };

  return {
    use: (run) =>
      useUnprepared(async (session, client) => {
        const before = prepared;
        if (!before.has(client)) {
          await prepare(session);
          before.add(client);
        }
        return await run(session);
      }),
    useUnprepared,
    distrust() {
      prepared = new WeakSet();
    },
    async dedicated() {
      if (isClosed) throw closedError();
      try {
        return { pg: await importPg(), options };
      } catch (error) {
        throw faultOf(error, address);
      }
    },
    get isClosed() {
      return isClosed;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await Promise.race([pool?.end(), pause(callMs, undefined, { ref: false })]);
      const endsAtMs = performance.now() + goodbyeMs;
      while (sockets.size > 0 && performance.now() < endsAtMs) await pause(5);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A connection may be lost at any time; without a listener that would end the process. */
function watched(pool: PgPool): PgPool {
  pool.on("error", () => undefined);
  pool.on("connect", (client: PgPooledClient) => client.on("error", () => undefined));
  return pool;
}

function sessionOf(client: PgPooledClient, endsAtMs: number): Session {
  return {
    async rows(statement, values = []) {
      const query_timeout = Math.max(1, Math.ceil(endsAtMs - performance.now()));
      const query = { ...statement, values, rowMode: "array", query_timeout } as const;
      return (await client.query(query)).rows;
    },
  };
}

function closedError(): KeyStoreError {
  return new KeyStoreError("closed", "the key store was closed");
}
