import { describe, expect, test } from "vitest";
import { keyStoreCases } from "../../src/conformance.ts";
import type { KeyStoreHarness } from "../../src/conformance.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { MemoryDatabase, memoryKeyStore } from "./memory-store.ts";

/** Makes the handle of a driver out of one that keeps every rule. */
type Driver = (store: KeyStore, database: MemoryDatabase) => KeyStore;

function harnessOf(driver: Driver): KeyStoreHarness {
  const database = new MemoryDatabase();
  return {
    open: async () => driver(memoryKeyStore(database), database),
    edit: async (id, body) => {
      const key = database.keys.get(id);
      if (key !== undefined) database.keys.set(id, { ...key, body });
      return key !== undefined;
    },
  };
}

describe("the reference in memory", () => {
  test.for(keyStoreCases)("$name", async ({ run }) => {
    await expect(run(harnessOf((store) => store))).resolves.toBeUndefined();
  });
});
