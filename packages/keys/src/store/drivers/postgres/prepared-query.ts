import type { PgClient, PgWire, Row } from "./pg-module.ts";

/** A statement with a name, under which each connection prepares it once. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a prepared statement whose values are texts. Not as `pg` does it, which asks the server each
 * time what the columns are called: that is a third of the time of a select by id, and a
 * verification waits for it.
 * @param timeoutMs - how long to wait for the answer.
 */
export function queryPrepared(
  client: PgClient,
  statement: PreparedStatement,
  values: readonly string[],
  timeoutMs: number,
): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    client.query(new PreparedQuery(statement, values, timeoutMs, resolve, reject));
  });
}

/** The members are what `pg` asks of a query of somebody else's making (a "submittable"). */
class PreparedQuery {
  readonly name: string;
  readonly text: string;
  readonly query_timeout: number;
  /** `pg` puts one in its place that ends the timer first. */
  callback: (fault: unknown) => void;
  readonly #values: readonly string[];
  readonly #rows: Row[] = [];

  constructor(
    { name, text }: PreparedStatement,
    values: readonly string[],
    timeoutMs: number,
    resolve: (rows: readonly Row[]) => void,
    reject: (fault: unknown) => void,
  ) {
    this.name = name;
    this.text = text;
    this.query_timeout = timeoutMs;
    this.#values = values;
    this.callback = (fault) => (fault === undefined ? resolve(this.#rows) : reject(fault));
  }

  submit(wire: PgWire): null {
    // One packet, and for the server one turn.
    wire.stream.cork();
    if (wire.parsedStatements[this.name] === undefined) {
      wire.parse({ name: this.name, text: this.text });
    }
    wire.bind({ statement: this.name, values: this.#values });
    wire.execute({});
    wire.sync();
    wire.stream.uncork();
    return null;
  }

  handleDataRow({ fields }: { readonly fields: Row }): void {
    this.#rows.push(fields);
  }

  handleReadyForQuery(): void {
    this.callback(undefined);
  }

  handleError(fault: unknown): void {
    this.callback(fault);
  }

  // Nothing of these is asked for, but without them a server that says so would end the process.
  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(): void {}
  handleCopyData(): void {}
}
