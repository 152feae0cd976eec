import { fc, test } from "@fast-check/vitest";
import { canonicalJson } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";
import { expect, it } from "vitest";
import { decisionEntry, whoEntry } from "../../src/enforcement/decision-entry.ts";

/** What an entry may have as canonical JSON. */
const maxEntryBytes = 65_535;

function principalOf(actors: readonly { readonly type: string; readonly id: string }[]): Principal {
  return {
    subject: { type: "user", id: "ada" },
    actors,
    key: { id: "key-of-ada", audience: "internal", scopes: [] },
  } as unknown as Principal;
}

const name = fc.string({ unit: "binary", maxLength: 2_000 });
const party = fc.record({ type: name, id: name });

test.prop([fc.array(party, { maxLength: 60 })], { numRuns: 50 })(
  "no names and no number of actors make an entry too long to be written",
  (actors) => {
    const entry = whoEntry(principalOf(actors));
    expect(Buffer.byteLength(canonicalJson(entry))).toBeLessThan(maxEntryBytes / 2);
  },
);

it("writes the actors that are next to the call, with how many there were", () => {
  const actors = Array.from({ length: 20 }, (_, index) => ({ type: "agent", id: `a${index}` }));
  expect(whoEntry(principalOf(actors))).toMatchObject({
    actorCount: 20,
    actors: actors.slice(4),
  });
  expect(whoEntry(principalOf(actors.slice(0, 2)))).not.toHaveProperty("actorCount");
});

it("no list of a policy or catalogue makes an entry too long, nor holds a token", () => {
  const token = `sward_int_${"a".repeat(12)}_${"b".repeat(43)}`;
  const many = [
    token,
    ...Array.from({ length: 10_000 }, (_, index) => `\u0001${index}`.repeat(80)),
  ];
  const decision = {
    effect: "deny",
    reasons: many.map((code) => ({ code })),
    missingScopes: many,
    obligations: many.map((type) => ({ type })),
  } as const;
  const long = "\u0001".repeat(5_000);
  const entry = decisionEntry(
    principalOf(Array.from({ length: 30 }, () => ({ type: long, id: long }))),
    { type: "tool", name: long },
    {
      decision,
      shadowed: decision,
      args: {},
      scopes: many,
      resource: { type: long, id: long },
      revision: "sha256:1",
    },
    decision,
    { surroundings: { session: long, callId: long } },
  );
  const text = canonicalJson(entry);
  expect(Buffer.byteLength(text)).toBeLessThan(maxEntryBytes);
  expect(text).not.toContain("sward_");
  for (const list of ["codes", "missingScopes", "obligations", "scopes"]) {
    expect(entry[list]).toContain("[token]");
  }
});

it("writes lists of an ordinary length whole", () => {
  const scopes = Array.from({ length: 100 }, (_, index) => `orders:read_${index}`);
  const verdict = {
    decision: { effect: "allow", reasons: [], obligations: [] },
    args: {},
    scopes,
  } as const;
  const action = { type: "tool", name: "ping" } as const;
  const note = { surroundings: {} };
  expect(decisionEntry(principalOf([]), action, verdict, verdict.decision, note)).toMatchObject({
    scopes,
  });
});
