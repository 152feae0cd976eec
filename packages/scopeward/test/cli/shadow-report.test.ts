import type { AuditEntry } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { shadowReport } from "../../src/cli/shadow-report.ts";
import { shadowTable } from "../../src/cli/shadow-table.ts";

const time = "2026-01-31T12:00:00.000Z";

function entry(id: string, members: Partial<AuditEntry>): AuditEntry {
  return {
    id,
    type: "decision",
    time,
    tenant: "acme",
    action: { type: "tool", name: "query" },
    keyId: `key-${id}`,
    subject: { type: "user", id: `owner-${id}` },
    effect: "allow",
    ...members,
  };
}

async function* log(...entries: readonly AuditEntry[]): AsyncGenerator<AuditEntry> {
  yield* await Promise.resolve(entries);
}

const shadow = { effect: "deny", codes: ["not_today"] };

test("the end of a feature's shadow is the last one that was said, its start the first", async () => {
  const started = { type: "admin", event: "shadow_started", feature: "reports" } as const;
  const later = "2026-02-01T00:00:00.000Z";
  const { features } = await shadowReport(
    log(
      entry("a", { ...started, until: later }),
      entry("b", { ...started, until: time, time: later }),
    ),
  );
  expect(features).toEqual([
    { feature: "reports", firstStartedAt: time, lastStartedAt: later, until: time },
  ]);
  expect(shadowTable({ features, findings: [] }, Date.parse(later))).toContain("enforced since");
});

test("first and last are by time, whatever the order of the entries", async () => {
  const times = [
    "2026-01-31T12:00:02.000Z",
    "2026-01-31T12:00:01.000Z",
    "2026-01-31T12:00:03.000Z",
  ];
  const { findings } = await shadowReport(
    log(...times.map((at) => entry(at, { shadow, time: at }))),
  );
  expect(findings).toEqual([
    expect.objectContaining({ calls: 3, firstAt: times[1], lastAt: times[2] }),
  ]);
});

test("what is enforced, no decision, or no sound entry is not counted", async () => {
  const entries = [
    entry("a", {}),
    entry("b", { type: "outcome", shadow }),
    entry("c", { shadow: "deny" }),
    entry("d", { shadow: { effect: "allow", codes: ["x"] } }),
    entry("e", { shadow: { effect: "deny", codes: [7] } }),
    entry("f", { shadow, action: "query" }),
    entry("g", { type: "admin", event: "shadow_started", feature: 7 }),
  ];
  expect(await shadowReport(log(...entries))).toEqual({ features: [], findings: [] });
});

test("a call of two codes is in both rows, and a table names three keys at most", async () => {
  const codes = { effect: "require_approval", codes: ["asks", "friday"] };
  const report = await shadowReport(
    log(...["1", "2", "3", "4", "5"].map((id) => entry(id, { shadow: codes }))),
  );
  expect(report.findings.map(({ code, calls, keys }) => [code, calls, keys.length])).toEqual([
    ["asks", 5, 5],
    ["friday", 5, 5],
  ]);
  expect(shadowTable(report, 0)).toContain("key-1, key-2, key-3 and 2 more");
});

test("no name in the log drives the terminal or makes a row of its own", async () => {
  const hostile = "x\n\u001B[2J\u202E";
  const report = await shadowReport(
    log(entry("a", { shadow, action: { type: "tool", name: hostile }, keyId: hostile })),
  );
  const text = shadowTable(report, 0);
  expect(text.split("\n")).toHaveLength(3);
  expect(text).not.toMatch(/[^\n\P{C}]/u);
});
