import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { type Access, isBusy, isReadOnly, keyStoreFault } from "./fault.ts";
import type { KeyDatabase } from "./key-database.ts";

/** How long a call waits for locks of other connections, in milliseconds. */
export const patienceMs = 5_000;

// Short, and not the same for all that wait.
const pauseMs = (): number => 1 + Math.random() * 9;

/**
 * Runs `work`, at once and synchronously when nobody holds a lock, and otherwise again until
 * {@link patienceMs} have passed; other work of the process goes on between the tries.
 * @throws KeyStoreError for whatever failed; all connections are then closed, and opened by the next call.
 */
export async function attempt<Statements, T>(
  database: KeyDatabase,
  connection: Connection<Statements>,
  access: Access,
  work: (statements: Statements) => T,
): Promise<T> {
  let deadlineMs: number | undefined;
  let isAfresh = false;
  for (;;) {
    try {
      database.ready();
      return work(connection.statements);
    } catch (error) {
      // A connection keeps the rights that it was opened with, and they may have been mended.
      if (isReadOnly(error) && !isAfresh) {
        isAfresh = true;
        database.close();
        continue;
      }
      deadlineMs ??= performance.now() + patienceMs;
      if (!isBusy(error) || performance.now() > deadlineMs) {
        database.close();
        throw keyStoreFault(error, access, database.path);
      }
      connection.rollback();
    }
    await delay(pauseMs());
  }
}
