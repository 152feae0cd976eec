import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "@scopeward/core";
import type { AuditEntry, AuditLog } from "../audit-log.ts";

/** What an implementation of AuditLog brings to one case: a log of its own that is empty at first. */
export interface AuditLogHarness {
  /** A handle on the log of this case; a further one where it can have several. The case closes it. */
  readonly open: () => Promise<AuditLog>;
  /** The entries in their order, as a reader of the log finds them. */
  readonly read: () => Promise<readonly AuditEntry[]>;
  /** Makes it unable to take entries, as a full disk does. @returns a function that ends it. */
  readonly block: () => Promise<() => Promise<void>>;
}

/** One rule that every audit log keeps. */
export interface AuditLogCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the log breaks the rule. Needs no test runner. */
  readonly run: (harness: AuditLogHarness) => Promise<void>;
}

function auditLogCase(
  name: string,
  check: (harness: AuditLogHarness) => Promise<void>,
): AuditLogCase {
  return {
    name,
    run: async (harness) => {
      const opened: AuditLog[] = [];
      try {
        await check({
          ...harness,
          open: async () => {
            const log = await harness.open();
            opened.push(log);
            return log;
          },
        });
      } finally {
        for (const log of opened) await log.close();
      }
    },
  };
}

function sampleEntry(id: string, members: JsonObject = {}): AuditEntry {
  return { type: "decision", time: "2026-03-01T10:00:00.000Z", tenant: "acme", ...members, id };
}

async function append(log: AuditLog, ...entries: readonly AuditEntry[]): Promise<void> {
  const answer = await log.append(entries);
  assert(answer.kind === "appended", "a log that nothing blocks takes what it is given");
  assert.notEqual(answer.origin, "");
}

/** Of the entries that the case appended: a log may begin with one of its own. */
async function read({ read: readAll }: AuditLogHarness): Promise<AuditEntry[]> {
  return (await readAll()).filter(({ type }) => type !== "lifecycle");
}

async function readIds(harness: AuditLogHarness): Promise<string[]> {
  return (await read(harness)).map(({ id }) => id);
}

/** Every rule of the port {@link AuditLog}, for the author of an implementation. */
export const auditLogCases: readonly AuditLogCase[] = [
  auditLogCase("what was appended is there, as it was given and in its order", async (harness) => {
    const log = await harness.open();
    const entries = [
      sampleEntry("1", { text: ' "\\\n\r\u2028\u0000 é \u{1F600}', number: -1.5e-7 }),
      sampleEntry("2", { nested: { b: [1, null, { a: true }], a: {} } }),
      sampleEntry("3"),
    ];
    await append(log, ...entries.slice(0, 2));
    assert.deepEqual(await read(harness), entries.slice(0, 2));
    await append(log, ...entries.slice(2));
    await append(log);
    assert.deepEqual(await read(harness), entries);
  }),

  auditLogCase("an entry whose id the log has is not written again", async (harness) => {
    const [log, other] = [await harness.open(), await harness.open()];
    await append(log, sampleEntry("1"), sampleEntry("1", { again: true }));
    await append(log, sampleEntry("1", { again: true }), sampleEntry("2"));
    await append(other, sampleEntry("2"), sampleEntry("3"));
    await append(log, sampleEntry("3"), sampleEntry("4"));
    const again = sampleEntry("5");
    await Promise.all([append(log, again), append(other, again), append(log, again)]);
    const first = ["1", "2", "3", "4", "5"].map((id) => sampleEntry(id));
    assert.deepEqual(await read(harness), first, "what came first stays");
  }),

  auditLogCase("of many batches at once each is there, whole", async (harness) => {
    const logs = [await harness.open(), await harness.open()];
    const batches = Array.from({ length: 60 }, (_, batch) =>
      ["a", "b", "c"].map((part) =>
        sampleEntry(`${String(batch)}${part}`, { filler: "x".repeat(900) }),
      ),
    );
    await Promise.all(
      batches.map(async (batch, index) => {
        const log = logs[index % logs.length];
        if (log !== undefined) await append(log, ...batch);
      }),
    );
    const ids = await readIds(harness);
    const wanted = batches.flatMap((batch) => batch.map(({ id }) => id));
    assert.deepEqual(ids.toSorted(), wanted.toSorted());
    for (const batch of batches) {
      const order = batch.map(({ id }) => ids.indexOf(id));
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        "the entries of a batch in their order",
      );
    }
  }),

  auditLogCase(
    "an entry that is not JSON is misuse, and nothing of its batch is written",
    async (harness) => {
      const log = await harness.open();
      const impossible: unknown[] = [Number.NaN, undefined, 1n, () => 1, "\uD800"];
      for (const value of impossible) {
        const broken = sampleEntry("2", { value: value as JsonValue });
        await assert.rejects(log.append([sampleEntry("1"), broken]), TypeError);
      }
      await append(log, sampleEntry("3"));
      assert.deepEqual(await readIds(harness), ["3"]);
    },
  ),

  auditLogCase(
    "a log that cannot take a batch says so, and takes it later, once",
    async (harness) => {
      const log = await harness.open();
      await append(log, sampleEntry("1"));
      assert.deepEqual(await log.health(), { kind: "ready" });
      const release = await harness.block();
      try {
        for (const ids of [["2"], ["2", "3"]]) {
          const answer = await log.append(ids.map((id) => sampleEntry(id)));
          assert(answer.kind === "unavailable");
          assert.notEqual(answer.reason, "");
        }
        assert.equal((await log.health()).kind, "unavailable");
      } finally {
        await release();
      }
      await append(log, sampleEntry("2"), sampleEntry("3"));
      assert.deepEqual(await log.health(), { kind: "ready" });
      assert.deepEqual((await readIds(harness)).toSorted(), ["1", "2", "3"]);
    },
  ),

  auditLogCase("the highest sequence is that of the key entries of one store", async (harness) => {
    const [log, other] = [await harness.open(), await harness.open()];
    const keyEntry = (id: string, source: string, sequence: number) =>
      sampleEntry(id, { type: "key", source, sequence });
    assert.equal(await log.highestSequence("s1"), 0);
    await append(log, keyEntry("1", "s1", 3), keyEntry("2", "s1", 2), keyEntry("3", "s2", 9));
    await append(log, sampleEntry("4", { source: "s1", sequence: 20, of: { type: "key" } }));
    await append(log, keyEntry("5", "s1", Number.MAX_SAFE_INTEGER + 1), keyEntry("6", "s1", 3.5));
    assert.equal(await log.highestSequence("s1"), 3);
    assert.equal(await log.highestSequence("s2"), 9);
    assert.equal(await log.highestSequence("s"), 0);
    await append(other, keyEntry("7", "s1", 11));
    assert.equal(await log.highestSequence("s1"), 11);
    assert.equal(await (await harness.open()).highestSequence("s1"), 11);
  }),

  auditLogCase("a closed log finishes what is under way, and takes no more", async (harness) => {
    const log = await harness.open();
    const underWay = log.append([sampleEntry("1")]);
    await log.close();
    assert.deepEqual(await readIds(harness), ["1"]);
    assert.equal((await underWay).kind, "appended");
    assert.equal((await log.append([sampleEntry("2")])).kind, "unavailable");
    assert.equal((await log.health()).kind, "unavailable");
    await log.close();
    assert.deepEqual(await readIds(harness), ["1"]);
  }),
];
