import { describe, expect, test } from "vitest";
import { keyEntryText, relayedEntry } from "../../src/outbox/audit-entry.ts";
import { sampleBody, sampleSecret } from "../record/sample-body.ts";

const note = {
  event: "updated",
  before: sampleBody,
  after: { ...sampleBody, scopes: ["notes:read"], version: 4 },
  actor: "local",
  time: "2026-01-31T12:00:00.000Z",
} as const;
const relay = { storeId: "s1", tenant: "default", time: note.time };

test("an entry says what became of which key, and by whom", () => {
  expect(JSON.parse(keyEntryText("s1", { ...note, reason: "too wide" }))).toEqual({
    id: expect.stringMatching(/^s1:[0-9a-f-]{36}$/u),
    type: "key",
    time: note.time,
    tenant: "default",
    event: "updated",
    keyId: sampleBody.id,
    owner: "user:ada",
    actor: "local",
    version: 4,
    reason: "too wide",
    parent: sampleBody.parent,
    changes: { scopes: { before: sampleBody.scopes, after: ["notes:read"] } },
  });
});

test("two entries never have the same id, one keeps its id however often it is relayed", () => {
  const [one, other] = [keyEntryText("s1", note), keyEntryText("s1", note)];
  const relayed = relayedEntry({ sequence: 1, entry: one }, relay);
  expect(relayed).toEqual(relayedEntry({ sequence: 1, entry: one }, relay));
  expect(relayed.id).not.toBe(relayedEntry({ sequence: 2, entry: other }, relay).id);
});

test("digests of secrets are in no entry", () => {
  const after = { ...sampleBody, secrets: [{ ...sampleSecret, number: 3, mac: "B".repeat(43) }] };
  const text = keyEntryText("s1", { ...note, event: "rotated", after });
  expect(text).not.toMatch(/A{43}|B{43}/u);
});

test("a value that is too long for a log is told by its digest", () => {
  const constraints = { dataset: Array.from({ length: 500 }, (_, index) => `dataset-${index}`) };
  const text = keyEntryText("s1", { ...note, after: { ...sampleBody, constraints } });
  expect(text.length).toBeLessThan(4_096);
  expect(JSON.parse(text)).toMatchObject({
    changes: { constraints: { after: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) } } },
  });
});

describe("what was planted in the outbox", () => {
  test("cannot choose its number or its store", () => {
    const planted = { ...JSON.parse(keyEntryText("s1", note)), sequence: 99, source: "s2" };
    expect(relayedEntry({ sequence: 5, entry: JSON.stringify(planted) }, relay)).toMatchObject({
      sequence: 5,
      source: "s1",
    });
  });

  test.each<[string, object]>([
    ["longer than a log takes", { reason: "x".repeat(65_535) }],
    ["without an id", { id: "" }],
    ["with half a character", { reason: "\ud800" }],
  ])("is an anomaly when it is an entry %s", (_, members) => {
    const entry = JSON.stringify({ ...JSON.parse(keyEntryText("s1", note)), ...members });
    expect(relayedEntry({ sequence: 5, entry }, relay).id).toBe("s1:anomaly:5");
  });

  test("is an anomaly when it holds a number that is none", () => {
    const entry = `${keyEntryText("s1", note).slice(0, -1)},"more":1e999}`;
    expect(relayedEntry({ sequence: 5, entry }, relay).id).toBe("s1:anomaly:5");
  });

  test.each(["", "{", "7", '"x"', "null", "[]", "{}", '{"type": "admin"}'])(
    "is an anomaly when it is no entry: `%s`",
    (entry) => {
      expect(relayedEntry({ sequence: 5, entry }, relay)).toEqual({
        id: "s1:anomaly:5",
        type: "anomaly",
        time: note.time,
        tenant: "default",
        event: "entry_invalid",
        sequence: 5,
        source: "s1",
      });
    },
  );
});
