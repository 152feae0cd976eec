import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { KeyStoreError } from "../../key-store.ts";

/** A row as PostgreSQL's own text, column by column. */
export type Row = readonly (string | null)[];

/** What of `pg` is used, so that none of its types is in our declarations. */
export interface PgModule {
  readonly Client: new (options: PgOptions) => PgClient;
}

/** How to make a connection. */
export interface PgOptions {
  readonly connectionString: string;
  readonly connectionTimeoutMillis: number;
  /** Sent to the server, which ends a statement that takes longer. */
  readonly statement_timeout: number;
  readonly idle_in_transaction_session_timeout: number;
  readonly options: string;
  readonly application_name: string;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMillis: number;
  readonly types: { getTypeParser(): (text: string) => string };
  readonly stream: () => Duplex;
}

/** One statement with its values. */
export interface PgQuery {
  /** Prepares the statement once in each connection. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly rowMode: "array";
  /** Milliseconds that we wait for the answer. */
  readonly query_timeout: number;
}

/** What a query of one's own speaks to the server with. */
export interface PgWire {
  readonly stream: Duplex;
  /** The texts of the prepared statements, by name. */
  readonly parsedStatements: { readonly [name: string]: string | undefined };
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(values: { readonly statement: string; readonly values: readonly string[] }): void;
  execute(portal: { readonly portal?: string }): void;
  sync(): void;
}

/** Its events: `error`, `end`, `notification`. */
export interface PgClient extends EventEmitter {
  connect(): Promise<unknown>;
  query(query: PgQuery): Promise<{ readonly rows: readonly Row[] }>;
  /** Hands the connection to a query of one's own, which tells by itself what comes of it. */
  query(query: { submit(wire: PgWire): null }): void;
  /** Says goodbye; the server ends the connection. */
  end(): Promise<void>;
}

/**
 * The optional peer dependency `pg`.
 * @throws KeyStoreError `misconfigured` where it is not installed.
 */
export async function importPg(
  load: () => Promise<unknown> = () => import("pg"),
): Promise<PgModule> {
  try {
    return (await load()) as PgModule;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new KeyStoreError(
      "misconfigured",
      "the package `pg`, which reads PostgreSQL, is not installed: run `npm install pg`",
    );
  }
}
