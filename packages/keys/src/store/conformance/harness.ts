import type { KeyStore } from "../key-store.ts";

/** What a driver brings to one case: a store of its own that is empty at first. */
export interface KeyStoreHarness {
  /** A further handle on the store of this case, as another process would open it. The case closes it. */
  readonly open: () => Promise<KeyStore>;
  /**
   * Replaces the body of a key behind the store's back, as someone does who can write to its database.
   * @returns false where the database itself refuses such a text.
   */
  readonly edit: (id: string, body: string) => Promise<boolean>;
}

/** One rule that every key store keeps. */
export interface KeyStoreCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the store breaks the rule. Needs no test runner. */
  readonly run: (harness: KeyStoreHarness) => Promise<void>;
}

/** A case that leaves no handle open. */
export function keyStoreCase(
  name: string,
  check: (harness: KeyStoreHarness) => Promise<void>,
): KeyStoreCase {
  return {
    name,
    run: async (harness) => {
      const opened: KeyStore[] = [];
      try {
        await check({
          open: async () => {
            const store = await harness.open();
            opened.push(store);
            return store;
          },
          edit: (id, body) => harness.edit(id, body),
        });
      } finally {
        for (const store of opened) await store.close();
      }
    },
  };
}
