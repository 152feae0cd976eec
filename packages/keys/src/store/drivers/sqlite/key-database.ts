import type { DatabaseSync } from "node:sqlite";
import { KeyStoreError } from "../../key-store.ts";
import { type ChainStatements, prepareChainStatements } from "./chain-statements.ts";
import { Connection, openReader, openWriter } from "./connection.ts";
import { type FileIdentity, fileIdentity, makeDatabaseFile } from "./database-file.ts";
import { prepareReadStatements, type ReadStatements } from "./read-statements.ts";
import { migrate, migrations, schemaVersion } from "./schema.ts";
import { prepareWriteStatements, type WriteStatements } from "./write-statements.ts";

/** The file with its connections, made and migrated at the first use. */
export class KeyDatabase {
  readonly path: string;
  readonly chains: Connection<ChainStatements>;
  readonly reads: Connection<ReadStatements>;
  readonly writes: Connection<WriteStatements>;
  // A reader that is the last to close. A writer that closes last removes the log, and without one a
  // store whose folder became read-only could not be read.
  #anchor: DatabaseSync | undefined;
  #file: FileIdentity | undefined;
  #ended = false;

  constructor(path: string) {
    this.path = path;
    this.chains = new Connection(() => openReader(path), prepareChainStatements);
    this.reads = new Connection(() => openReader(path), prepareReadStatements);
    this.writes = new Connection(
      () => openWriter(path),
      (database) => prepareWriteStatements(database, path),
    );
  }

  /**
   * To be called before each use of a connection. When the file was removed, or another one was put
   * in its place, the connections would go on with what is no longer there: they are closed.
   * @throws KeyStoreError `closed` after `end`.
   */
  ready(): void {
    // A call that waited for a lock while the store was closed.
    if (this.#ended) throw this.closed();
    const now = fileIdentity(this.path);
    if (this.#file !== undefined && now?.ino === this.#file.ino && now.dev === this.#file.dev) {
      return;
    }
    this.close();
    makeDatabaseFile(this.path);
    const file = fileIdentity(this.path);
    this.#anchor = openReader(this.path);
    this.#migrate(this.#anchor);
    this.#file = file;
  }

  /** Ends what is open; the next `ready` looks at the file and its schema again. */
  close(): void {
    this.#file = undefined;
    for (const connection of [this.writes, this.reads, this.chains]) connection.close();
    this.#anchor?.close();
    this.#anchor = undefined;
  }

  /** Closes for good. */
  end(): void {
    this.#ended = true;
    this.close();
  }

  closed(): KeyStoreError {
    return new KeyStoreError("closed", `the key store \`${this.path}\` was closed; open it again`);
  }

  // Reads the version before it asks to write: a read-only store whose schema is ours works.
  #migrate(reader: DatabaseSync): void {
    if (schemaVersion(reader, this.path) === migrations.length) return;
    const writer = openWriter(this.path);
    try {
      migrate(writer, this.path);
      // From here on the reader holds its lock on the file, as connections to a log do.
      schemaVersion(reader, this.path);
    } finally {
      writer.close();
    }
  }
}
