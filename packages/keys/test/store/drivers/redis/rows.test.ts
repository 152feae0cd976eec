import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { keyOfRow, matches, pendingOfRow } from "../../../../src/store/drivers/redis/rows.ts";

const query = { tenant: "acme", limit: 10 };

function keyWith(body: string): Parameters<typeof matches>[0] {
  return keyOfRow(["k1", "1", body, "p1", "c2VhbA"]);
}

it("a row without its parts is a key that no seal belongs to", () => {
  const empty = { id: "k1", version: 0, body: "", sealPepper: "", seal: "" };
  expect(keyOfRow(["k1", null, null, null, null, null])).toEqual(empty);
  expect(keyOfRow(["k1"])).toEqual(empty);
});

describe("a time of use that is none is left out", () => {
  it.for(["", "-1", "1e3", "now", "999999999999999", "\u001B[2J"])("%j", (used) => {
    expect(keyOfRow(["k1", "1", "{}", "p1", "c2VhbA", used])).not.toHaveProperty("lastUsedAt");
  });
});

describe("a body that does not say so belongs to no query", () => {
  it.for([
    "",
    "null",
    "[]",
    '"acme"',
    "{}",
    '{"tenant":["acme"]}',
    '{"tenant":"ACME"}',
    '{"tenant":',
  ])("%j", (body) => {
    expect(matches(keyWith(body), query)).toBe(false);
  });
});

test.prop([fc.array(fc.anything()), fc.string()])(
  "whatever a row holds, it is a key or an entry, or it is none",
  (row, body) => {
    expect(keyOfRow(row).version).toBeGreaterThanOrEqual(0);
    expect(typeof matches(keyWith(body), query)).toBe("boolean");
    const entry = pendingOfRow(row);
    if (entry !== undefined) expect(Number.isSafeInteger(entry.sequence)).toBe(true);
  },
);
