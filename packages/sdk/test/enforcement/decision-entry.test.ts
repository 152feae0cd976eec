import { fc, test } from "@fast-check/vitest";
import { canonicalJson } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";
import { expect, it } from "vitest";
import { whoEntry } from "../../src/enforcement/decision-entry.ts";

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
