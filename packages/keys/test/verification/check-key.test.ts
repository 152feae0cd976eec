import { describe, expect, it } from "vitest";
import type { KeyBody } from "../../src/record/key-body.ts";
import type { Pepper } from "../../src/secrets/peppers.ts";
import type { StoredKey } from "../../src/store/key-store.ts";
import { parseToken } from "../../src/token/token.ts";
import { checkKey, type KeyCheck } from "../../src/verification/check-key.ts";
import { ReadKey } from "../../src/verification/read-key.ts";
import { resealed, type SealedKey, sealedKey, storedSecret, testPeppers } from "./sealed-key.ts";

const peppers = testPeppers(["p0", "p1"]);
const pepper = await peppers.current();
const older = (await peppers.find("p0"))!;
const nowMs = Date.parse("2026-01-31T12:00:00Z");
const at = (milliseconds: number): string => new Date(nowMs + milliseconds).toISOString();
const revoked = { status: "revoked", revokedAt: at(-1) } as const;

/** The code, `usable`, or the pepper that is missing. */
function codeOf(
  chain: readonly (Pick<SealedKey, "stored"> | StoredKey)[],
  key: SealedKey,
  changes: Partial<KeyCheck> = {},
  known: { known(id: string): Pepper | undefined } = peppers,
): string {
  const check: KeyCheck = {
    tenant: "default",
    keyId: key.id,
    shown: parseToken(key.token)!,
    address: undefined,
    narrowings: [],
    wallMs: nowMs,
    expiryMs: nowMs,
    ...changes,
  };
  const read = chain.map((one) => new ReadKey("stored" in one ? one.stored : one, 0));
  const checked = checkKey(read, check, known);
  if (checked.kind === "rejected") return checked.code;
  return checked.kind === "pepper_missing" ? checked.pepper : checked.kind;
}

const edited = ({ stored }: SealedKey, from: string, to: string): StoredKey => ({
  ...stored,
  body: stored.body.replace(from, to),
});

function chainOf(...changes: readonly Partial<KeyBody>[]): SealedKey[] {
  const ids = changes.map(() => sealedKey(pepper).id);
  return changes.map((change, index) => {
    const parent = ids[index + 1];
    return sealedKey(pepper, {
      id: ids[index]!,
      ...(parent === undefined ? {} : { parent }),
      ...change,
    });
  });
}

describe("a key", () => {
  it("that works is usable", () => {
    const key = sealedKey(pepper);
    expect(codeOf([key], key)).toBe("usable");
  });

  it("that is not there, or another tenant's, is unknown", () => {
    const key = sealedKey(pepper, { tenant: "other" });
    expect([codeOf([], key), codeOf([key], key)]).toEqual(["key:unknown", "key:unknown"]);
  });

  it("with another secret is not opened", () => {
    const key = sealedKey(pepper);
    const other = sealedKey(pepper, { id: key.id });
    expect(codeOf([key], other)).toBe("key:wrong_secret");
  });

  it("shown as of another kind is not opened", () => {
    const key = sealedKey(pepper);
    const shown = { ...parseToken(key.token)!, kind: "agt" as const };
    expect(codeOf([key], key, { shown })).toBe("key:record_invalid");
  });

  it.each([
    ["scopes", '"notes:*"', '"**"'],
    ["owner", "user:ada", "user:bob"],
    ["kind", '"int"', '"ext"'],
    ["version", '"version":1', '"version": 1'],
  ])("whose %s were edited has an invalid record", (_, from, to) => {
    const key = sealedKey(pepper);
    expect(edited(key, from, to).body).not.toBe(key.stored.body);
    expect(codeOf([edited(key, from, to)], key)).toBe("key:record_invalid");
  });

  it("whose expiry or status was edited has an invalid record", () => {
    const expired = sealedKey(pepper, { expiresAt: at(-1) });
    const disabled = sealedKey(pepper, { status: "disabled" });
    expect(codeOf([edited(expired, "2026-", "2126-")], expired)).toBe("key:record_invalid");
    expect(codeOf([edited(disabled, "disabled", "active")], disabled)).toBe("key:record_invalid");
  });

  it("whose record is no record, or another key's, has an invalid record", () => {
    const [key, other] = [sealedKey(pepper), sealedKey(pepper)];
    expect(codeOf([{ ...key.stored, body: "null" }], key)).toBe("key:record_invalid");
    expect(codeOf([{ ...other.stored, id: key.id }], key)).toBe("key:record_invalid");
    expect(codeOf([other], key)).toBe("key:record_invalid");
  });

  it.each<[string, Partial<KeyBody>]>([
    ["key:revoked", revoked],
    ["key:disabled", { status: "disabled" }],
    ["key:not_yet_valid", { notBefore: at(1) }],
    ["key:expired", { expiresAt: at(0) }],
    ["usable", { notBefore: at(0), expiresAt: at(1) }],
  ])("is %s by what its record says", (code, changes) => {
    const key = sealedKey(pepper, changes);
    expect(codeOf([key], key)).toBe(code);
  });

  it("becomes valid by the wall clock, and expires by the clock that never goes back", () => {
    const key = sealedKey(pepper, { notBefore: at(10), expiresAt: at(20) });
    expect(codeOf([key], key, { wallMs: nowMs, expiryMs: nowMs + 15 })).toBe("key:not_yet_valid");
    expect(codeOf([key], key, { wallMs: nowMs + 15, expiryMs: nowMs + 20 })).toBe("key:expired");
  });

  it("that needs a pepper which is not at hand names it", () => {
    const known = { known: (id: string) => (id === "p1" ? pepper : undefined) };
    const digested = sealedKey(pepper);
    const token = digested.token;
    const secrets = [storedSecret(older, token, 1)];
    const key = { ...resealed(pepper, { ...digested.body, secrets }), token };
    expect(codeOf([key], key, {}, known)).toBe("p0");
    const sealed = { ...resealed(older, digested.body), token };
    expect(codeOf([sealed], sealed, {}, known)).toBe("p0");
    const [child, parent] = chainOf({}, {});
    expect(codeOf([child!, resealed(older, parent!.body)], child!, {}, known)).toBe("p0");
  });
});

describe("a secret that is being replaced", () => {
  const first = sealedKey(pepper);
  const second = sealedKey(pepper, { id: first.id });
  const key = resealed(pepper, {
    ...first.body,
    secrets: [storedSecret(pepper, second.token, 2), storedSecret(pepper, first.token, 1, at(10))],
  });

  it("works as the new one does, until it ends", () => {
    expect([codeOf([key], first), codeOf([key], second)]).toEqual(["usable", "usable"]);
    const later = { wallMs: nowMs + 10, expiryMs: nowMs + 10 };
    expect(codeOf([key], first, later)).toBe("key:wrong_secret");
    expect(codeOf([key], second, later)).toBe("usable");
  });

  it("ends for those who were verified with it as well", () => {
    expect(codeOf([key], first, { shown: 1 })).toBe("usable");
    expect(codeOf([key], first, { shown: 1, expiryMs: nowMs + 10 })).toBe("key:wrong_secret");
    expect(codeOf([key], first, { shown: 3 })).toBe("key:wrong_secret");
  });
});

describe("the keys above a key", () => {
  it.each([1, 2, 6])("are usable: %i keys are", (count) => {
    const chain = chainOf(...Array.from({ length: count }, () => ({})));
    expect(codeOf(chain, chain[0]!)).toBe("usable");
  });

  it("are five at most", () => {
    const chain = chainOf({}, {}, {}, {}, {}, {}, {});
    expect(codeOf(chain, chain[0]!)).toBe("key:parent_inactive");
  });

  it.each<[string, Partial<KeyBody>]>([
    ["revoked", revoked],
    ["disabled", { status: "disabled" }],
    ["not valid yet", { notBefore: at(1) }],
    ["expired", { expiresAt: at(0) }],
    ["another tenant's", { tenant: "other" }],
  ])("end it when one of them is %s", (_, changes) => {
    const [near, far] = [chainOf({}, changes, {}), chainOf({}, {}, changes)];
    expect([codeOf(near, near[0]!), codeOf(far, far[0]!)]).toEqual([
      "key:parent_inactive",
      "key:parent_inactive",
    ]);
  });

  it("end it when one of them is missing, edited, another key or a cycle", () => {
    const [child, parent, root] = chainOf({}, {}, {}) as [SealedKey, SealedKey, SealedKey];
    const inactive = "key:parent_inactive";
    expect(codeOf([child, parent], child)).toBe(inactive);
    expect(codeOf([child, root], child)).toBe(inactive);
    expect(codeOf([child, edited(parent, '"notes:*"', '"**"'), root], child)).toBe(inactive);
    expect(codeOf([child, { ...parent.stored, body: "{}" }, root], child)).toBe(inactive);
    const top = resealed(pepper, { ...root.body, parent: parent.id });
    const cycle = [child, parent, top, parent, top, parent, top, parent];
    expect(codeOf(cycle, child)).toBe(inactive);
  });
});

describe("an address", () => {
  const [child, parent] = chainOf(
    { constraints: { cidr: ["10.0.0.0/8", "2001:db8::/32"] } },
    { constraints: { cidr: ["10.1.0.0/16"] } },
  ) as [SealedKey, SealedKey];

  it.each([
    ["10.1.2.3", "usable"],
    ["::ffff:10.1.2.3", "usable"],
    ["10.2.0.1", "key:address_not_allowed"],
    ["2001:db8::1", "key:address_not_allowed"],
    ["no address", "key:address_not_allowed"],
    [undefined, "key:address_not_allowed"],
  ])("%s has to be in the networks of every key of the chain: %s", (address, code) => {
    expect(codeOf([child, parent], child, { address })).toBe(code);
  });

  it("is in no network where none is named", () => {
    const key = sealedKey(pepper, { constraints: { cidr: [] } });
    expect(codeOf([key], key, { address: "10.0.0.1" })).toBe("key:address_not_allowed");
  });

  it("has to be in the networks that a principal was narrowed to", () => {
    const key = sealedKey(pepper);
    const narrowings = [{ constraints: { cidr: ["10.0.0.0/8"] } }, {}];
    expect(codeOf([key], key, { narrowings, address: "10.0.0.1" })).toBe("usable");
    expect(codeOf([key], key, { narrowings })).toBe("key:address_not_allowed");
  });
});

describe("the order of the tests", () => {
  // Each fault comes before all those after it, so a key with the rest of them has that code.
  const [faulty, parent] = chainOf(
    { status: "disabled", notBefore: at(1), expiresAt: at(0), constraints: { cidr: [] } },
    { status: "disabled" },
  ) as [SealedKey, SealedKey];
  const { notBefore, expiresAt, ...rest } = faulty.body;

  it.each<[string, string, () => string]>([
    ["no key", "key:unknown", () => codeOf([], faulty)],
    [
      "another secret",
      "key:wrong_secret",
      () => {
        const other = sealedKey(pepper, { id: faulty.id });
        return codeOf([edited(faulty, "notes", "other"), parent], other);
      },
    ],
    [
      "an edited record",
      "key:record_invalid",
      () => codeOf([edited(faulty, "notes", "other"), parent], faulty),
    ],
    ["a status", "key:disabled", () => codeOf([faulty, parent], faulty)],
    ["not before", "key:not_yet_valid", () => codeAs({ status: "active" })],
    ["an expiry", "key:expired", () => codeAs({ notBefore: at(0) })],
    ["a parent", "key:parent_inactive", () => codeAs({ notBefore: at(0), expiresAt: at(1) })],
    ["an address", "key:address_not_allowed", () => codeAs(fine, { status: "active" })],
  ])("has %s in its place", (_, code, answer) => {
    expect(answer()).toBe(code);
  });

  const fine = { notBefore: at(0), expiresAt: at(1) };
  function codeAs(changes: Partial<KeyBody>, above: Partial<KeyBody> = {}): string {
    const body = { ...rest, notBefore: notBefore!, expiresAt: expiresAt!, ...changes };
    const key = resealed(pepper, { ...body, status: "active" });
    return codeOf([key, resealed(pepper, { ...parent.body, ...above })], faulty);
  }
});
