import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { AuditLog } from "../../src/audit-log.ts";
import { auditLogCases } from "../../src/conformance.ts";
import type { AuditLogHarness } from "../../src/conformance.ts";
import { MemoryEntries, memoryLog } from "./memory-log.ts";

/** Makes a log out of one that keeps every rule. */
type Change = (log: AuditLog, shared: MemoryEntries) => AuditLog;

function harnessOf(change: Change): AuditLogHarness {
  const shared = new MemoryEntries();
  return {
    open: async () => change(memoryLog(shared), shared),
    read: async () => [...shared.entries],
    block: async () => {
      shared.isBlocked = true;
      return async () => {
        shared.isBlocked = false;
      };
    },
  };
}

const broken: readonly {
  readonly fault: string;
  readonly rule: string;
  readonly change: Change;
}[] = [
  {
    fault: "loses the order of a batch",
    rule: "as it was given and in its order",
    change: (log) => ({
      ...log,
      append: (entries) =>
        log.append(entries.some((entry) => "nested" in entry) ? entries.toReversed() : entries),
    }),
  },
  {
    fault: "writes an entry again",
    rule: "is not written again",
    change: (log, shared) => ({
      ...log,
      append: async (entries) => {
        const again = entries.length === 2 ? entries.filter(({ id }) => shared.has(id)) : [];
        const answer = await log.append(entries);
        if (answer.kind === "appended") shared.entries.push(...again);
        return answer;
      },
    }),
  },
  {
    fault: "loses entries of batches that come at the same time",
    rule: "of many batches at once",
    change: (log, shared) => ({
      ...log,
      append: async (entries) => {
        const [first] = entries;
        if (entries.length !== 3 || first?.type !== "decision" || !("filler" in first)) {
          return log.append(entries);
        }
        const before = [...shared.entries];
        await turn();
        shared.entries.splice(0, Infinity, ...before);
        return log.append(entries);
      },
    }),
  },
  {
    fault: "writes the entries before one that is not JSON",
    rule: "not JSON is misuse",
    change: (log) => ({
      ...log,
      append: async (entries) => {
        for (const entry of entries.slice(0, -1)) await log.append([entry]);
        return log.append(entries);
      },
    }),
  },
  {
    fault: "rejects where it cannot take a batch",
    rule: "says so, and takes it later",
    change: (log, shared) => ({
      ...log,
      append: async (entries) => {
        if (shared.isBlocked) throw new Error("blocked");
        return log.append(entries);
      },
    }),
  },
  {
    fault: "is ready while it is blocked",
    rule: "says so, and takes it later",
    change: (log, shared) => ({
      ...log,
      health: async () => (shared.isBlocked ? { kind: "ready" } : log.health()),
    }),
  },
  {
    fault: "counts the sequence of what is no key entry",
    rule: "the highest sequence",
    change: (log, shared) => ({
      ...log,
      highestSequence: async (source) =>
        Math.max(
          0,
          ...shared.entries
            .filter((entry) => entry["source"] === source)
            .map((entry) => Number(entry["sequence"])),
        ),
    }),
  },
  {
    fault: "takes a batch after it was closed",
    rule: "a closed log",
    change: (log) => ({ ...log, close: async () => undefined }),
  },
];

describe("a log that keeps every rule", () => {
  test.for(auditLogCases)("$name", async ({ run }) => {
    await expect(run(harnessOf((log) => log))).resolves.toBeUndefined();
  });
});

describe("a log that breaks one rule fails the case about it, and no other", () => {
  test.for(broken)("$fault", async ({ rule, change }) => {
    const outcomes = await Promise.allSettled(
      auditLogCases.map(({ run }) => run(harnessOf(change))),
    );
    const failed = auditLogCases.filter((_, index) => outcomes[index]?.status === "rejected");
    expect(failed.map(({ name }) => name)).toEqual([expect.stringContaining(rule)]);
  });
});

test("there is a log that breaks each rule", () => {
  for (const { name } of auditLogCases) {
    expect(
      broken.filter(({ rule }) => name.includes(rule)),
      name,
    ).not.toEqual([]);
  }
});
