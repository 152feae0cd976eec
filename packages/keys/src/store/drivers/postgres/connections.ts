import { Socket } from "node:net";
import { KeyStoreError } from "../../key-store.ts";
import type { PostgresLocation } from "./location.ts";
import { faultOf } from "./fault.ts";
import { importPg } from "./pg-module.ts";
import type { PgModule, PgOptions, Row } from "./pg-module.ts";
import { openPool } from "./pool.ts";
import type { Connection, Pool } from "./pool.ts";
import { queryPrepared } from "./prepared-query.ts";
import type { PreparedStatement } from "./prepared-query.ts";

/** Longest time from a call to its answer or error. */
const callMs = 3_000;
/** Of that, to make a connection, or to wait for one; it may be both, one after the other. */
const connectMs = 1_500;

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
  /** The same with less work, for a named statement and values that are texts. */
  prepared(statement: PreparedStatement, values: readonly string[]): Promise<readonly Row[]>;
}

/** Connections to one database. Every call is bounded in time, and rejects with KeyStoreError alone. */
export interface Connections {
  /** Runs in a connection that `prepare` has let pass. */
  readonly use: <T>(run: (session: Session) => Promise<T>) => Promise<T>;
  /** Runs in a connection as it is. */
  readonly useUnprepared: <T>(run: (session: Session) => Promise<T>) => Promise<T>;
  /** From now on no connection has passed: `prepare` is asked again for each. */
  distrust(): void;
  /** A further connection, apart from the others and as it is; its socket ends it. */
  connect(): Promise<Connection>;
  readonly isClosed: boolean;
  close(): Promise<void>;
}

/**
 * No I/O before the first use.
 * @param prepare - is run once in each new connection, because the server behind it may be another
 * one than before: a standby, or one with other settings.
 */
export function openConnections(
  location: PostgresLocation,
  prepare: (session: Session) => Promise<void>,
): Connections {
  let prepared = new WeakSet<Connection>();
  let isClosed = false;
  const connect = async (): Promise<Connection> => {
    if (isClosed) throw closedError();
    return await connectTo(await importPg(), location);
  };
  const pool: Pool = openPool(connect, connectMs);

  const useUnprepared = async <T>(
    run: (session: Session, connection: Connection) => Promise<T>,
  ): Promise<T> => {
    if (isClosed) throw closedError();
    const endsAtMs = performance.now() + callMs;
    let connection: Connection | undefined;
    try {
      const lent = pool.lend();
      // An idle one is not waited for: so the query is under way while the caller does other work.
      connection = lent instanceof Promise ? await lent : lent;
      const result = await run(sessionOf(connection, endsAtMs), connection);
      pool.giveBack(connection);
      return result;
    } catch (error) {
      // Whatever went wrong, what the connection would answer next is not known.
      if (connection !== undefined) pool.discard(connection);
      throw isClosed ? closedError() : faultOf(error, location);
    }
  };

  const prepareAndRun = async <T>(
    run: (session: Session) => Promise<T>,
    session: Session,
    connection: Connection,
  ): Promise<T> => {
    const before = prepared;
    await prepare(session);
    before.add(connection);
    return await run(session);
  };

  return {
    use: (run) =>
      useUnprepared((session, connection) =>
        prepared.has(connection) ? run(session) : prepareAndRun(run, session, connection),
      ),
    useUnprepared,
    distrust() {
      prepared = new WeakSet();
    },
    async connect() {
      try {
        return await connect();
      } catch (error) {
        throw faultOf(error, location);
      }
    },
    get isClosed() {
      return isClosed;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await pool.close(callMs);
    },
  };
}

async function connectTo(pg: PgModule, location: PostgresLocation): Promise<Connection> {
  const socket = new Socket();
  const options: PgOptions = {
    connectionString: location.url,
    connectionTimeoutMillis: connectMs,
    statement_timeout: callMs,
    idle_in_transaction_session_timeout: callMs,
    options: sessionSettings.map((setting) => `-c ${setting}`).join(" "),
    application_name: "scopeward",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: () => (text) => text },
    stream: () => socket,
  };
  const client = new pg.Client(options);
  // Without a listener, a connection that is lost would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { client, socket };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function sessionOf({ client }: Connection, endsAtMs: number): Session {
  const leftMs = (): number => Math.max(1, Math.ceil(endsAtMs - performance.now()));
  return {
    async rows(statement, values = []) {
      const query = { ...statement, values, rowMode: "array", query_timeout: leftMs() } as const;
      return (await client.query(query)).rows;
    },
    prepared: (statement, values) => queryPrepared(client, statement, values, leftMs()),
  };
}

function closedError(): KeyStoreError {
  return new KeyStoreError("closed", "the key store was closed");
}
