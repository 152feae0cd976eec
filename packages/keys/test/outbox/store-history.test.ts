import { expect, test } from "vitest";
import { compareWithLog } from "../../src/outbox/store-history.ts";
import { memoryAuditLog } from "../memory-audit-log.ts";
import { MemoryDatabase, memoryKeyStore } from "../store/memory-store.ts";
import { sampleWrite, write } from "../../src/store/conformance/sample-key.ts";

const entry = { type: "key", time: "2026-01-01T00:00:00.000Z", tenant: "default" } as const;

test("a store that has every change of the audit log is whole", async () => {
  const store = memoryKeyStore(new MemoryDatabase());
  const audit = memoryAuditLog();
  const storeId = await store.storeId();
  await write(store, sampleWrite("k1"), sampleWrite("k2"));
  await audit.append([{ ...entry, id: "1", source: storeId, sequence: 2 }]);
  expect(await compareWithLog(storeId, { store, audit })).toEqual({ kind: "whole" });
});

test("a store that lacks one was put back to an earlier state", async () => {
  const store = memoryKeyStore(new MemoryDatabase());
  const audit = memoryAuditLog();
  const storeId = await store.storeId();
  await write(store, sampleWrite("k1"));
  await audit.append([{ ...entry, id: "1", source: storeId, sequence: 2 }]);
  expect(await compareWithLog(storeId, { store, audit })).toEqual({
    kind: "behind",
    storeSequence: 1,
    auditSequence: 2,
  });
});

test("the changes of another store say nothing of this one", async () => {
  const store = memoryKeyStore(new MemoryDatabase());
  const audit = memoryAuditLog();
  await audit.append([{ ...entry, id: "1", source: "another", sequence: 7 }]);
  expect(await compareWithLog(await store.storeId(), { store, audit })).toEqual({ kind: "whole" });
});

test("a log that cannot be read leaves it unknown", async () => {
  const store = memoryKeyStore(new MemoryDatabase());
  const audit = { ...memoryAuditLog(), highestSequence: () => Promise.resolve(undefined) };
  expect(await compareWithLog(await store.storeId(), { store, audit })).toEqual({
    kind: "unknown",
  });
});
