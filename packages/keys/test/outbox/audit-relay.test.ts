import type { AuditEntry } from "@scopeward/sdk";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { KeyEvents } from "../../src/key-events.ts";
import { type AuditRelay, openAuditRelay } from "../../src/outbox/audit-relay.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { ManualClock } from "../manual-clock.ts";
import { type MemoryAuditLog, memoryAuditLog } from "../memory-audit-log.ts";
import { MemoryDatabase, memoryKeyStore } from "../store/memory-store.ts";
import { settled } from "../verification/stage.ts";

interface Wire {
  readonly relay: AuditRelay;
  readonly database: MemoryDatabase;
  readonly store: KeyStore;
  readonly audit: MemoryAuditLog;
  readonly clock: ManualClock;
  readonly events: [keyof KeyEvents, unknown][];
  /** Commits an entry, as another process would, so many milliseconds ago. */
  readonly leave: (entry: string, ageMs: number) => number;
  readonly pass: (milliseconds: number) => Promise<void>;
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "Date"],
  });
});
afterEach(() => void vi.useRealTimers());

function openWire(disturb: (store: KeyStore) => Partial<KeyStore> = () => ({})): Wire {
  const database = new MemoryDatabase();
  const plain = memoryKeyStore(database);
  const store = { ...plain, ...disturb(plain) };
  const audit = memoryAuditLog();
  const clock = new ManualClock();
  const events: [keyof KeyEvents, unknown][] = [];
  const relay = openAuditRelay({
    tenant: "default",
    store,
    audit,
    clock,
    emit: (event, detail) => void events.push([event, detail]),
  });
  onTestFinished(async () => await relay.close());
  return {
    relay,
    database,
    store,
    audit,
    clock,
    events,
    leave: (text, ageMs) => {
      // The store notes the time of a commit by the clock of the machine.
      vi.setSystemTime(clock.wallMs() - ageMs);
      const key = {
        id: "AbCdEfGhIjKl",
        version: database.head + 1,
        body: "{}",
        sealPepper: "p",
        seal: "",
      };
      const result = database.commit({ writes: [{ key, expects: database.head, entry: text }] });
      return result.kind === "committed" ? result.sequences[0]! : 0;
    },
    pass: async (milliseconds) => {
      clock.pass(milliseconds);
      vi.advanceTimersByTime(milliseconds);
      await settled();
    },
  };
}

function entry(id: string): string {
  return JSON.stringify({ id, type: "key", time: "2026-01-31T12:00:00Z", tenant: "default" });
}

function later(source: string): AuditEntry {
  return { ...JSON.parse(entry("later")), source, sequence: 7 };
}

function ids(entries: readonly AuditEntry[]): readonly string[] {
  return entries.map(({ id }) => id);
}

describe("an entry that was just committed", () => {
  test("gets its number and its store, reaches the log, and is settled", async () => {
    const { relay, audit, database, leave } = openWire();
    const sequence = leave(entry("a"), 0);
    expect(await relay.relay([{ sequence, entry: entry("a") }])).toBe(true);
    expect(audit.entries).toMatchObject([{ id: "a", sequence: 1, source: database.storeId }]);
    await settled();
    expect(database.pending(10)).toEqual([]);
  });

  test("goes together with those that come while the log is busy", async () => {
    const { relay, audit } = openWire();
    const append = vi.spyOn(audit, "append");
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await relay.relay([{ sequence: index + 1, entry: entry(`${index}`) }]);
      }),
    );
    expect(audit.entries).toHaveLength(50);
    expect(append.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test.each<[string, (audit: MemoryAuditLog) => void]>([
    ["is not available", (audit) => audit.fail("disk full")],
    ["throws", (audit) => void (audit.append = () => Promise.reject(new TypeError("no JSON")))],
  ])("stays in the store when the log %s, and the operator is told", async (_, fail) => {
    const { relay, audit, database, events, leave } = openWire();
    const sequence = leave(entry("a"), 0);
    fail(audit);
    expect(await relay.relay([{ sequence, entry: entry("a") }])).toBe(false);
    await settled();
    expect(database.pending(10)).toHaveLength(1);
    expect(events).toMatchObject([["background-failed", { task: "audit log" }]]);
  });

  test("is not waited for when the log never answers", async () => {
    const { relay, audit, pass } = openWire();
    audit.append = () => new Promise(() => {});
    const answer = relay.relay([{ sequence: 1, entry: entry("a") }]);
    await settled();
    await pass(10_000);
    expect(await answer).toBe(false);
  });

  test("counts as taken when only settling fails, and is known when it comes again", async () => {
    let broken = true;
    const { relay, audit, database, events, leave, pass } = openWire((store) => ({
      settle: async (sequences) => {
        if (broken) throw new Error("disk full");
        await store.settle(sequences);
      },
    }));
    const sequence = leave(entry("a"), 0);
    expect(await relay.relay([{ sequence, entry: entry("a") }])).toBe(true);
    await settled();
    expect(events).toMatchObject([["background-failed", { task: "outbox" }]]);
    broken = false;
    relay.start();
    await pass(30_000);
    expect(ids(audit.entries)).toEqual(["a"]);
    expect(database.pending(10)).toEqual([]);
  });

  test("no entries at all are taken at once, and later ones as well", async () => {
    const { relay, audit } = openWire();
    expect(await relay.relay([])).toBe(true);
    expect(await relay.relay([{ sequence: 1, entry: entry("a") }])).toBe(true);
    expect(ids(audit.entries)).toEqual(["a"]);
  });
});

describe("entries that were left behind", () => {
  test("by a process that died are taken at the start, all pages of them", async () => {
    const { relay, audit, database, leave } = openWire();
    for (let count = 0; count < 1_234; count++) leave(entry(`${count}`), 11_000);
    relay.start();
    await settled();
    expect(audit.entries).toHaveLength(1_234);
    expect(database.pending(10)).toEqual([]);
  });

  test("younger than ten seconds are left to the process that has them", async () => {
    const { relay, audit, leave, pass } = openWire();
    leave(entry("young"), 9_000);
    relay.start();
    await settled();
    expect(audit.entries).toEqual([]);
    await pass(30_000);
    expect(ids(audit.entries)).toEqual(["young"]);
  });

  test("of a clock that was ahead are taken too", async () => {
    const { relay, audit, leave } = openWire();
    leave(entry("ahead"), -3_600_000);
    relay.start();
    await settled();
    expect(ids(audit.entries)).toEqual(["ahead"]);
  });

  test("are tried again after the log failed", async () => {
    const { relay, audit, events, leave, pass } = openWire();
    leave(entry("a"), 11_000);
    audit.fail("disk full");
    relay.start();
    await settled();
    expect(events).toHaveLength(1);
    audit.fail(undefined);
    await pass(30_000);
    expect(ids(audit.entries)).toEqual(["a"]);
  });

  test("and are no entries are told as anomalies, and are in nobody's way", async () => {
    const { relay, audit, database, leave } = openWire();
    const planted = [
      "{",
      "null",
      "[]",
      '{"type": "decision", "id": "x"}',
      '{"type": "key", "id": 7}',
    ];
    for (const text of planted) leave(text, 11_000);
    leave(entry("good"), 11_000);
    relay.start();
    await settled();
    expect(audit.entries.map(({ type }) => type)).toEqual([...planted.map(() => "anomaly"), "key"]);
    expect(database.pending(10)).toEqual([]);
  });

  test("are taken no further while they cannot be settled", async () => {
    let settles = 0;
    const { relay, leave, events } = openWire(() => ({
      settle: () => Promise.reject(new Error(`disk full, ${++settles}`)),
    }));
    for (let count = 0; count < 600; count++) leave(entry(`${count}`), 11_000);
    relay.start();
    await settled();
    expect([settles, events.length]).toEqual([1, 1]);
  });

  test("of another tenant are left to its own log, and are in nobody's way", async () => {
    const { relay, audit, database, leave } = openWire();
    const foreign = entry("foreign").replace('"default"', '"other"');
    for (let count = 0; count < 1_100; count++) leave(foreign, 11_000);
    leave(entry("ours"), 11_000);
    relay.start();
    await settled();
    expect(ids(audit.entries)).toEqual(["ours"]);
    expect(database.pending(9_999)).toHaveLength(1_100);
  });

  test("are not looked for after closing", async () => {
    const { relay, audit, leave, pass } = openWire();
    relay.start();
    await settled();
    await relay.close();
    relay.start();
    leave(entry("a"), 11_000);
    await pass(60_000);
    expect(audit.entries).toEqual([]);
  });
});

describe("a store that was put back to an earlier state", () => {
  test("is noticed at the start, once", async () => {
    const { relay, audit, database, events, leave, pass } = openWire();
    leave(entry("a"), 0);
    await audit.append([later(database.storeId)]);
    relay.start();
    await settled();
    await pass(60_000);
    expect(events).toEqual([["store-rolled-back", { storeSequence: 1, auditSequence: 7 }]]);
  });

  test("is noticed as soon as the log can be read", async () => {
    const { relay, audit, database, events, pass } = openWire();
    const highest = audit.highestSequence.bind(audit);
    audit.highestSequence = () => Promise.resolve(undefined);
    await audit.append([later(database.storeId)]);
    relay.start();
    await settled();
    expect(events).toEqual([]);
    audit.highestSequence = highest;
    await pass(30_000);
    expect(events).toMatchObject([["store-rolled-back", {}]]);
  });
});

test("a store that cannot be asked for its id is asked again", async () => {
  const { relay, database } = openWire();
  database.failure = new Error("down") as never;
  await expect(relay.storeId()).rejects.toThrow("down");
  database.failure = undefined;
  expect(await relay.storeId()).toBe(database.storeId);
});
