import { describe, expect, test } from "vitest";
import type { Keys, Rotated } from "../../src/keys.ts";
import { openKeyring, outcomeOf } from "./keyring.ts";

const hour = 3_600_000;
const day = 24 * hour;

async function rotated(keys: Keys, id: string, overlap?: string): Promise<Rotated> {
  const outcome = await keys.rotate(id, overlap === undefined ? {} : { overlap });
  expect(outcomeOf(outcome)).toBe("rotated");
  return outcome as Rotated;
}

test("the id stays, and both tokens work until the overlap ends", async () => {
  const ring = openKeyring();
  const old = await ring.issue();
  const next = await rotated(ring.keys, old.key.id);
  expect(next).toMatchObject({
    key: { id: old.key.id, version: 2, secrets: [{ number: 2 }, { number: 1 }] },
    retiring: { endsAt: ring.clock.at(day) },
  });
  ring.clock.pass(day - 1);
  expect([await ring.verify(old), await ring.verify(next)]).toEqual(["verified", "verified"]);
  ring.clock.pass(1);
  expect([await ring.verify(old), await ring.verify(next)]).toEqual([
    "key:wrong_secret",
    "verified",
  ]);
});

test("the principal of the old token says when that ends, also narrowed and verified again", async () => {
  const ring = openKeyring();
  const old = await ring.issue();
  const next = await rotated(ring.keys, old.key.id);
  const endsAt = async (token: unknown): Promise<(string | undefined)[]> => {
    const verification = await ring.keys.verify(token);
    if (verification.outcome !== "verified") throw new Error(verification.code);
    const narrowed = verification.principal.attenuate({ scopes: ["notes:read"] });
    const again = await ring.keys.reverify(narrowed);
    if (again.outcome !== "verified") throw new Error(again.code);
    return [verification.principal, narrowed, again.principal].map((one) => one.secretEndsAt);
  };
  const end = next.retiring.endsAt;
  expect(await endsAt(old.token)).toEqual([end, end, end]);
  expect(await endsAt(next.token)).toEqual([undefined, undefined, undefined]);
});

test("an overlap of `0s` ends all older tokens now", async () => {
  const ring = openKeyring();
  const first = await ring.issue();
  const second = await rotated(ring.keys, first.key.id);
  const third = await rotated(ring.keys, first.key.id, "0s");
  expect(third.retiring.endsAt).toBe(ring.clock.at(0));
  expect(third.key.secrets).toHaveLength(1);
  expect(await Promise.all([first, second, third].map(ring.verify))).toEqual([
    "key:wrong_secret",
    "key:wrong_secret",
    "verified",
  ]);
});

test("at most two tokens work: of three the oldest ends", async () => {
  const ring = openKeyring();
  const first = await ring.issue();
  const second = await rotated(ring.keys, first.key.id, "30d");
  const third = await rotated(ring.keys, first.key.id, "30d");
  expect(third.key.secrets.map(({ number }) => number)).toEqual([3, 2]);
  expect(await Promise.all([first, second, third].map(ring.verify))).toEqual([
    "key:wrong_secret",
    "verified",
    "verified",
  ]);
});

test("the old token never outlives the key", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue({ expires: "1h" });
  expect((await rotated(ring.keys, key.id)).retiring.endsAt).toBe(key.expiresAt);
});

test("a disabled key is rotated and stays disabled", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue();
  await ring.keys.disable(key.id);
  expect((await rotated(ring.keys, key.id)).key.status).toBe("disabled");
});

describe("refused", () => {
  test.each(["31d", "-1h", "", "1", "soon"])("an overlap of `%s`", async (overlap) => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    expect(await ring.keys.rotate(key.id, { overlap })).toMatchObject({
      code: "invalid",
      field: "overlap",
    });
  });

  test("a revoked key, and one that is not there", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    await ring.keys.revoke(key.id);
    expect(outcomeOf(await ring.keys.rotate(key.id))).toBe("key_revoked");
    expect(outcomeOf(await ring.keys.rotate("AbCdEfGhIjKl"))).toBe("key_unknown");
    expect(outcomeOf(await ring.keys.rotate(7 as unknown as string))).toBe("key_unknown");
  });
});

test("of two rotations at once one wins, and there are never two new tokens", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue();
  const outcomes = await Promise.all([ring.keys.rotate(key.id), ring.keys.rotate(key.id)]);
  expect(outcomes.map(outcomeOf).toSorted()).toEqual(["conflict", "rotated"]);
  expect((await ring.keys.show(key.id))?.secrets.map(({ number }) => number)).toEqual([2, 1]);
});

describe("the audit log", () => {
  test("that is away leaves everything as it was", async () => {
    const ring = openKeyring();
    const old = await ring.issue();
    ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.rotate(old.key.id))).toBe("audit_unavailable");
    expect(await ring.keys.show(old.key.id)).toEqual(old.key);
  });

  test.each(["24h", "0s"])(
    "that fails after the commit brings the old token back (%s)",
    async (overlap) => {
      const ring = openKeyring();
      const old = await ring.issue();
      ring.beforeCommit = () => ring.audit.fail("disk full");
      expect(outcomeOf(await ring.keys.rotate(old.key.id, { overlap }))).toBe("audit_unavailable");
      expect(await ring.keys.show(old.key.id)).toEqual({ ...old.key, version: 3 });
      expect(await ring.verify(old)).toBe("verified");
    },
  );
});
