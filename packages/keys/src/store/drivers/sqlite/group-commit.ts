import { setImmediate as nextTurn } from "node:timers/promises";
import { KeyStoreError } from "../../key-store.ts";
import { attempt } from "./attempt.ts";
import { concernsOneChange, keyStoreFault, mayHaveLostLog } from "./fault.ts";
import type { KeyDatabase } from "./key-database.ts";
import type { Verdict, WriteStatements } from "./write-statements.ts";

// A transaction holds the event loop and the write lock: it ends after about so many milliseconds,
// and what waits goes into the next one.
const longestBatchMs = 10;

/** A change that waits; `run` gives what tells its caller, once the transaction is on the disk. */
interface Waiting {
  run(statements: WriteStatements): () => void;
  reject(error: unknown): void;
}

/**
 * Gathers changes that are asked for at about the same time into one transaction, because the sync
 * at its end costs far more than the changes. Each has a savepoint: one that is not carried out
 * leaves the others whole. All are acknowledged after COMMIT.
 */
export class GroupCommit {
  readonly #database: KeyDatabase;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #logMayBeLost = false;

  constructor(database: KeyDatabase) {
    this.#database = database;
  }

  /** Resolves with what `change` came to, once the disk has it. */
  submit<T>(change: (statements: WriteStatements) => Verdict<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        run: (statements) => {
          try {
            const value = statements.apart(() => change(statements));
            return () => resolve(value);
          } catch (error) {
            if (!concernsOneChange(error)) throw error;
            return () => reject(keyStoreFault(error, "write", this.#database.path));
          }
        },
        reject,
      });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    do {
      // The turn in which changes gather, and in which readers go on between two transactions.
      await nextTurn();
      await this.#commitBatch();
    } while (this.#waiting.length > 0);
    this.#draining = undefined;
  }

  async #commitBatch(): Promise<void> {
    let taken: Waiting[] = [];
    try {
      // One synchronous piece from BEGIN to COMMIT: nothing else of this process comes between.
      const outcomes = await attempt(
        this.#database,
        this.#database.writes,
        "write",
        (statements) => {
          this.#waiting = [...taken, ...this.#waiting];
          taken = [];
          this.#restartLog(statements);
          statements.begin();
          const told = this.#runAll(statements, taken);
          statements.end();
          return told;
        },
      );
      for (const tell of outcomes) tell();
    } catch (fault) {
      if (KeyStoreError.is(fault)) this.#logMayBeLost ||= mayHaveLostLog(fault.cause);
      // When nothing could be begun, whoever waits would meet the same fault.
      if (taken.length === 0) taken = this.#waiting.splice(0);
      for (const waiting of taken) waiting.reject(fault);
    }
  }

  #runAll(statements: WriteStatements, taken: Waiting[]): (() => void)[] {
    const endMs = performance.now() + longestBatchMs;
    const outcomes: (() => void)[] = [];
    do {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      taken.push(next);
      outcomes.push(next.run(statements));
    } while (performance.now() < endMs);
    return outcomes;
  }

  // When a sync fails the kernel forgets what was not written, while the log still reads well until
  // the power fails. Nothing may be acknowledged that comes after it in that log.
  #restartLog(statements: WriteStatements): void {
    if (!this.#logMayBeLost) return;
    if (!statements.restartLog()) {
      throw new KeyStoreError(
        "unavailable",
        `after a fault of its disk the key store \`${this.#database.path}\` waits for another program to stop reading it`,
      );
    }
    this.#logMayBeLost = false;
  }
}
