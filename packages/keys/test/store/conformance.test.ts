import { describe, expect, test } from "vitest";
import { keyStoreCases } from "../../src/conformance.ts";
import type { KeyStoreHarness } from "../../src/conformance.ts";
import { brokenDrivers } from "./broken-drivers.ts";
import type { Driver } from "./broken-drivers.ts";
import { MemoryDatabase, memoryKeyStore } from "./memory-store.ts";

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

/** The names of the cases that a driver fails. */
async function failuresOf(driver: Driver): Promise<string[]> {
  const outcomes = await Promise.allSettled(keyStoreCases.map(({ run }) => run(harnessOf(driver))));
  return keyStoreCases
    .filter((_, index) => outcomes[index]?.status === "rejected")
    .map(({ name }) => name);
}

describe("a driver that keeps every rule", () => {
  test.for(keyStoreCases)("$name", async ({ run }) => {
    await expect(run(harnessOf((store) => store))).resolves.toBeUndefined();
  });
});

describe("a driver that breaks one rule fails the case about it, and no other", () => {
  test.for(brokenDrivers)("$fault", async ({ rule, driver }) => {
    expect(await failuresOf(driver)).toEqual([expect.stringContaining(rule)]);
  });
});

test("there is a driver that breaks each rule", () => {
  for (const { name } of keyStoreCases) {
    expect(
      brokenDrivers.filter(({ rule }) => name.includes(rule)),
      name,
    ).not.toEqual([]);
  }
});
