import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Pepper } from "../../src/secrets/peppers.ts";
import { KeyStoreError, type StoredKey } from "../../src/store/key-store.ts";
import { mintToken, newKeyId } from "../../src/token/token.ts";
import { Secret } from "../../src/token/secret.ts";
import { openVerifier } from "../../src/verification/verifier.ts";
import { resealed, sealedKey, storedSecret, testPeppers } from "./sealed-key.ts";
import { openStage, type Stage } from "./stage.ts";

const unknownToken = (): string => mintToken("int", newKeyId()).reveal();

describe.each(["immediate", "polled"] as const)("verifying with a store that is %s", (kind) => {
  const open = async (): Promise<Stage> => await openStage(kind);

  it("makes a principal of what the key says", async () => {
    const stage = await open();
    const { clock } = stage;
    const parent = stage.add({
      scopes: ["notes:read", "payments:**"],
      constraints: { dataset: ["hr", "sales"], cidr: ["10.0.0.0/8"] },
      expiresAt: clock.at(90_000),
    });
    const key = stage.add({
      scopes: ["notes:*", "admin"],
      constraints: { dataset: ["sales", "ops"], rows: 5 },
      expiresAt: clock.at(95_000),
      parent: parent.id,
      owner: "service:billing",
    });
    const principal = await stage.principal(key.token, { address: "10.0.0.1" });
    expect({ ...principal, freshness: undefined }).toEqual({
      tenant: "default",
      subject: { type: "service", id: "billing" },
      actors: [],
      key: {
        id: key.id,
        audience: "internal",
        scopes: ["notes:read"],
        constraints: { cidr: ["10.0.0.0/8"], dataset: ["sales"], rows: 5 },
        chain: [{ id: parent.id }],
      },
      kind: "int",
      expiresAt: clock.at(90_000),
      recordVersion: 1,
      freshness: undefined,
      address: "10.0.0.1",
    });
  });

  it("makes a principal of a management key that may call nothing", async () => {
    const stage = await open();
    const mayGrant = { scopes: ["**"], audiences: [], owners: ["*"], maxLifeSeconds: 60 };
    const key = stage.add({ scopes: [], mayGrant }, "mgt");
    const principal = await stage.principal(key.token);
    expect([principal.kind, principal.key.scopes]).toEqual(["mgt", []]);
  });

  it("takes a token that hides itself", async () => {
    const stage = await open();
    expect(await stage.code(new Secret(stage.add().token))).toBe("verified");
  });

  it("takes one digest for a key that is there, and one for a key that is not", async () => {
    const stage = await open();
    const key = stage.add();
    let digests = 0;
    const pepper: Pepper = {
      ...stage.pepper,
      digest: (token) => {
        digests++;
        return stage.pepper.digest(token);
      },
    };
    const peppers = { ...stage.context.peppers, known: () => pepper, current: async () => pepper };
    const verifier = openVerifier({ ...stage.context, peppers });
    onTestFinished(async () => await verifier.close());
    for (const token of [key.token, mintToken("int", key.id), unknownToken()]) {
      digests = 0;
      await verifier.verify(token);
      expect(digests).toBe(1);
    }
  });

  it("asks for no pepper as long as nobody showed a key that is there", async () => {
    const stage = await open();
    const current = vi.fn<() => Promise<Pepper>>(() => stage.context.peppers.current());
    const verifier = openVerifier({
      ...stage.context,
      peppers: { ...stage.context.peppers, current },
    });
    onTestFinished(async () => await verifier.close());
    await verifier.verify(unknownToken());
    await stage.pass(60_000);
    expect(current).not.toHaveBeenCalled();
    await verifier.verify(stage.add().token);
    expect(current).toHaveBeenCalledOnce();
  });

  it("repeats nothing as an address that is none", async () => {
    const stage = await open();
    const { token } = stage.add();
    const bound = stage.add({ constraints: { cidr: ["0.0.0.0/0", "::/0"] } });
    for (const address of [token, "10.0.0.1:443", "x".repeat(9_999)]) {
      await stage.verifier.verify("junk", { address });
      expect((await stage.principal(token, { address })).address).toBeUndefined();
      expect(await stage.code(bound.token, { address })).toBe("key:address_not_allowed");
    }
    await stage.verifier.close();
    expect(stage.events).toEqual([["junk", { count: 3, minute: expect.any(String) as string }]]);
  });

  it("answers each fault with its code", async () => {
    const stage = await open();
    const revoked = stage.add({ status: "revoked", revokedAt: stage.clock.at(0) });
    const parent = stage.add({ status: "disabled" });
    const child = stage.add({ parent: parent.id });
    const bound = stage.add({ constraints: { cidr: ["10.0.0.0/8"] } });
    const foreign = stage.add({ tenant: "other" });
    expect(await stage.code(unknownToken())).toBe("key:unknown");
    expect(await stage.code(foreign.token)).toBe("key:unknown");
    expect(await stage.code(mintToken("int", parent.id))).toBe("key:wrong_secret");
    expect(await stage.code(revoked.token)).toBe("key:revoked");
    expect(await stage.code(parent.token)).toBe("key:disabled");
    expect(await stage.code(child.token)).toBe("key:parent_inactive");
    expect(await stage.code(bound.token)).toBe("key:address_not_allowed");
    expect(await stage.code(bound.token, { address: "10.0.0.1" })).toBe("verified");
  });

  it("names the key in a rejection, and never shows the token", async () => {
    const stage = await open();
    const key = stage.add();
    const token = mintToken("int", key.id).reveal();
    const verification = await stage.verifier.verify(token);
    expect(verification).toMatchObject({ code: "key:wrong_secret", keyId: key.id });
    expect(JSON.stringify([verification, stage.events])).not.toContain(token.slice(-49));
  });

  it("looks for a pepper that is missing, and says so when it is not there", async () => {
    const stage = await open();
    const lost = sealedKey((await testPeppers(["p9"]).find("p9"))!);
    stage.database.commit({ writes: [{ key: lost.stored, expects: 0, entry: "{}" }] });
    expect(await stage.code(lost.token)).toBe("key:pepper_unavailable");
    stage.peppersAtHand.unshift("p9");
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    expect(await stage.code(lost.token)).toBe("verified");
  });

  it("is unavailable while the store fails, tells it once, and comes back by itself", async () => {
    const stage = await open();
    const key = stage.add();
    stage.database.failure = new KeyStoreError("unavailable", "the disk is away");
    const verification = await stage.verifier.verify(key.token);
    expect(verification).toMatchObject({
      code: "key:store_unavailable",
      detail: "the disk is away",
    });
    expect(await stage.code(key.token)).toBe("key:store_unavailable");
    stage.database.failure = undefined;
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("verified");
    expect(stage.events).toEqual([
      ["store-unavailable", { reason: "the disk is away" }],
      ["store-available", { downMs: 1_000 }],
    ]);
  });

  it("tells nothing of an error that is not the store's own but its name", async () => {
    const key = sealedKey(await testPeppers().current());
    const stage = await openStage(kind, () => ({
      readChain: (id) => Promise.reject(new RangeError(`sensitive ${id}`)),
    }));
    const verification = await stage.verifier.verify(key.token);
    expect(verification).toMatchObject({
      code: "key:store_unavailable",
      detail: "unexpected RangeError",
    });
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["a list of nothing", [null]],
    ["what throws", new Proxy([], { get: fail })],
  ])("is unavailable when the store answers with %s", async (_, answer) => {
    const stage = await openStage(kind, () => ({
      readChain: () => Promise.resolve(answer as readonly StoredKey[]),
    }));
    expect(await stage.code(unknownToken())).toBe("key:store_unavailable");
  });

  it.each<[string, unknown]>([
    ["a row without members", {}],
    ["a number", 7],
  ])("takes %s for an invalid record", async (_, row) => {
    const stage = await openStage(kind, () => ({
      readChain: () => Promise.resolve([row as StoredKey]),
    }));
    expect(await stage.code(unknownToken())).toBe("key:record_invalid");
  });

  it("does not reject when something fails that never does", async () => {
    const stage = await open();
    const key = stage.add();
    const broken = { ...stage.context, peppers: { ...stage.context.peppers, known: fail } };
    const verifier = openVerifier(broken);
    onTestFinished(async () => await verifier.close());
    expect(await verifier.verify(key.token)).toMatchObject({
      code: "key:store_unavailable",
      detail: "unexpected Error",
    });
  });

  it("is unavailable once it was closed", async () => {
    const stage = await open();
    const key = stage.add();
    expect(await stage.code(key.token)).toBe("verified");
    await stage.verifier.close();
    await stage.verifier.close();
    expect(await stage.code(key.token)).toBe("key:store_unavailable");
    expect(await stage.code("junk")).toBe("key:malformed");
  });

  it("does not revive an expired key when the wall clock is put back", async () => {
    const stage = await open();
    const key = stage.add({ expiresAt: stage.clock.at(1_500) });
    expect(await stage.code(key.token)).toBe("verified");
    stage.clock.step(-3_600_000);
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("verified");
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:expired");
    expect(stage.events).toEqual([["clock-stepped", { milliseconds: -3_600_000 }]]);
  });

  it("holds expiry against a wall clock that is put forward", async () => {
    const stage = await open();
    const key = stage.add({ expiresAt: stage.clock.at(60_000) });
    expect(await stage.code(key.token)).toBe("verified");
    stage.clock.step(3_600_000);
    expect(await stage.code(key.token)).toBe("key:expired");
    stage.clock.step(-3_600_000);
    expect(await stage.code(key.token)).toBe("key:expired");
  });
});

describe("junk", () => {
  const secret = mintToken("int", newKeyId()).reveal();
  const hostile = {
    reveal: () => {
      throw new Error("no");
    },
  };

  it.each<[string, unknown]>([
    ["a truncated token", secret.slice(0, -1)],
    ["a token with another end", secret.slice(0, -1) + (secret.endsWith("0") ? "1" : "0")],
    ["a token of another brand", `other${secret.slice(5)}`],
    ["a token with white space around it", ` ${secret}`],
    ["a very long text", "a".repeat(10_000_000)],
    ["an empty text", ""],
    ["a number", 7],
    ["nothing", undefined],
    ["null", null],
    ["an object", {}],
    ["what only looks like a hidden token", hostile],
    ["a proxy of a hidden token", new Proxy(new Secret(secret), {})],
    ["what throws when it is looked at", Object.create(new Proxy({}, { getPrototypeOf: fail }))],
  ])("is refused without asking the store: %s", async (_, token) => {
    const stage = await openStage();
    expect(await stage.code(token)).toBe("key:malformed");
    expect(stage.calls).toEqual({});
  });

  it("does not make verifying reject with options that throw", async () => {
    const stage = await openStage();
    const options = {
      get address(): string {
        throw new Error("no");
      },
    };
    expect(await stage.code(stage.add().token, options)).toBe("key:malformed");
  });
});

describe("verifying again", () => {
  it("says what is true now", async () => {
    const stage = await openStage();
    const key = stage.add();
    const principal = await stage.principal(key.token);
    stage.change(key, { scopes: ["notes:read"] });
    const verification = await stage.verifier.reverify(principal);
    if (verification.outcome !== "verified") throw new Error(verification.code);
    expect(verification.principal.key.scopes).toEqual(["notes:read"]);
    expect(verification.principal.recordVersion).toBe(2);
    stage.change(key, { status: "disabled" });
    expect(await stage.verifier.reverify(principal)).toMatchObject({ code: "key:disabled" });
  });

  it("narrows again what was narrowed", async () => {
    const stage = await openStage();
    const key = stage.add({ scopes: ["notes:read"] });
    const narrowed = (await stage.principal(key.token))
      .attenuate({ scopes: ["notes:*"], actor: { type: "agent", id: "a" } })
      .attenuate({ constraints: { dataset: ["hr"] } });
    stage.change(key, { scopes: ["**"] });
    const verification = await stage.verifier.reverify(narrowed);
    if (verification.outcome !== "verified") throw new Error(verification.code);
    expect(verification.principal.key.scopes).toEqual(["notes:*"]);
    expect(verification.principal.key.constraints).toEqual({ dataset: ["hr"] });
    expect(verification.principal.actors).toEqual([{ type: "agent", id: "a" }]);
  });

  it("holds to the expiry and the networks that it was narrowed to, and to its address", async () => {
    const stage = await openStage();
    const key = stage.add();
    const principal = await stage.principal(key.token, { address: "10.0.0.1" });
    const inside = principal.attenuate({ constraints: { cidr: ["10.0.0.0/8"] } });
    const outside = principal.attenuate({ constraints: { cidr: ["192.0.2.0/24"] } });
    const brief = principal.attenuate({ expiresAt: stage.clock.at(1_000) });
    expect(await stage.verifier.reverify(inside)).toMatchObject({ outcome: "verified" });
    expect(await stage.verifier.reverify(brief)).toMatchObject({ outcome: "verified" });
    expect(await stage.verifier.reverify(outside)).toMatchObject({
      code: "key:address_not_allowed",
    });
    stage.clock.pass(1_000);
    expect(await stage.verifier.reverify(brief)).toMatchObject({ code: "key:expired" });
  });

  it("ends with the secret that was shown", async () => {
    const stage = await openStage();
    const key = stage.add();
    const principal = await stage.principal(key.token);
    const token = mintToken("int", key.id).reveal();
    stage.change(key, { secrets: [storedSecret(stage.pepper, token, 2)] });
    expect(await stage.verifier.reverify(principal)).toMatchObject({ code: "key:wrong_secret" });
    expect(await stage.code(token)).toBe("verified");
  });

  it("refuses what another verifier or nobody made, without asking the store", async () => {
    const stage = await openStage();
    const principal = await stage.principal(stage.add().token);
    const other = openVerifier(stage.context);
    const before = { ...stage.calls };
    const forged = [{ ...principal }, Object.create(principal), new Proxy(principal, {}), null];
    for (const each of forged) {
      expect(await stage.verifier.reverify(each)).toMatchObject({ code: "key:malformed" });
    }
    expect(await other.reverify(principal)).toMatchObject({ code: "key:malformed" });
    expect(stage.calls).toEqual(before);
  });
});

describe("what verifying tells", () => {
  it("is the use of a secret that is being replaced, once a minute for each key", async () => {
    const stage = await openStage();
    const key = stage.add();
    const token = mintToken("int", key.id).reveal();
    const endsAt = stage.clock.at(3_600_000);
    stage.change(key, {
      secrets: [
        storedSecret(stage.pepper, token, 2),
        storedSecret(stage.pepper, key.token, 1, endsAt),
      ],
    });
    await stage.code(token);
    expect(stage.events).toEqual([]);
    for (let count = 0; count < 5; count++) await stage.code(key.token);
    const used = ["retiring-secret-used", { keyId: key.id, endsAt }];
    expect(stage.events).toEqual([used]);
    stage.clock.pass(60_000);
    await stage.code(key.token);
    expect(stage.events).toEqual([used, used]);
  });

  it("is when a key was last used, a minute later or when it ends", async () => {
    const stage = await openStage();
    const [first, second] = [stage.add(), stage.add()];
    await stage.code(first.token);
    await stage.code(mintToken("int", second.id));
    const usedAt = stage.clock.at(0);
    const lastUsed = (id: string): string | undefined => stage.database.keys.get(id)?.lastUsedAt;
    expect(stage.calls["touch"]).toBeUndefined();
    await stage.pass(60_000);
    expect([lastUsed(first.id), lastUsed(second.id)]).toEqual([usedAt, undefined]);
    await stage.code(second.token);
    await stage.verifier.close();
    expect(lastUsed(second.id)).toBe(stage.clock.at(0));
  });

  it("is a key under an older pepper, which it writes anew under the current one", async () => {
    const stage = await openStage("immediate");
    stage.peppersAtHand.push("p2");
    await stage.context.peppers.reread();
    const key = stage.add();
    await stage.code(key.token);
    await stage.pass(60_000);
    const stored = stage.database.keys.get(key.id)!;
    expect([stored.version, stored.sealPepper]).toEqual([2, "p2"]);
    stage.peppersAtHand.shift();
    await stage.context.peppers.reread();
    expect(await stage.code(key.token)).toBe("verified");
    const entry: unknown = JSON.parse(stage.database.pending(9).at(-1)!.entry);
    expect(entry).toMatchObject({ type: "key", event: "resealed", keyId: key.id });
  });

  it("leaves a key alone that somebody else changed before it was written anew", async () => {
    const stage = await openStage("immediate");
    stage.peppersAtHand.push("p2");
    await stage.context.peppers.reread();
    const [changed, other] = [stage.add(), stage.add()];
    await stage.code(changed.token);
    await stage.code(other.token);
    stage.change(changed, { status: "disabled" });
    await stage.pass(60_000);
    const { keys } = stage.database;
    expect(keys.get(changed.id)!.body).toBe(
      resealed(stage.pepper, { ...changed.body, status: "disabled", version: 2 }).stored.body,
    );
    expect(keys.get(other.id)!.sealPepper).toBe("p2");
    expect(stage.events).toEqual([]);
  });
});

function fail(): never {
  throw new Error("no");
}
