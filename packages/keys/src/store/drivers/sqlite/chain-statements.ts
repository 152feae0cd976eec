import type { DatabaseSync } from "node:sqlite";
import type { StoredKey } from "../../key-store.ts";
import { keyColumns, type KeyRow, storedKey } from "./key-row.ts";

/** What verification asks, on a connection of its own: nothing else can hold its snapshot back. */
export interface ChainStatements {
  chain(id: string): StoredKey[];
}

// The port's bound; a planted loop of parents ends here too.
const longestChain = 8;

/** Prepares what verification asks. */
export function prepareChainStatements(database: DatabaseSync): ChainStatements {
  const begin = database.prepare("BEGIN");
  const commit = database.prepare("COMMIT");
  const select = database.prepare(`SELECT ${keyColumns}, parent FROM keys WHERE id = ?`);
  return {
    // One snapshot for all of the chain. Within a transaction each further key costs less, so that
    // begin and commit cost a key without a parent about a microsecond.
    chain(id) {
      const chain: StoredKey[] = [];
      begin.run();
      let next: string | null = id;
      while (next !== null && chain.length < longestChain) {
        const row = select.get(next) as (KeyRow & { readonly parent: string | null }) | undefined;
        if (row === undefined) break;
        chain.push(storedKey(row));
        next = row.parent;
      }
      commit.run();
      return chain;
    },
  };
}
