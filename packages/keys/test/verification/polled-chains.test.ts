import { describe, expect, it } from "vitest";
import { type Changes, KeyStoreError, type StoreHealth } from "../../src/store/key-store.ts";
import { mintToken, newKeyId } from "../../src/token/token.ts";
import { revocationBoundMs } from "../../src/verification/verifier.ts";
import { resealed, sealedKey } from "./sealed-key.ts";
import { openStage, settled, type Stage } from "./stage.ts";

/** A gate that holds what comes through it while it is shut. */
class Gate {
  #opened: Promise<void> = Promise.resolve();
  #open = (): void => undefined;

  shut(): void {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }

  async pass(): Promise<void> {
    await this.#opened;
  }
}

interface GatedStage extends Stage {
  /** Holds the answers of reads, which are of the moment when they were asked. */
  readonly reads: Gate;
  /** Holds the answers to what was changed. */
  readonly polls: Gate;
}

async function openGatedStage(): Promise<GatedStage> {
  const [reads, polls] = [new Gate(), new Gate()];
  const stage = await openStage("polled", (store) => ({
    readChain: async (id) => {
      const chain = await store.readChain(id);
      await reads.pass();
      return chain;
    },
    changesSince: async (sequence) => {
      const changes = await store.changesSince(sequence);
      await polls.pass();
      return changes;
    },
  }));
  return { ...stage, reads, polls };
}

const revoked = { status: "revoked", revokedAt: "2026-01-31T12:00:00Z" } as const;

describe("a node that polls", () => {
  it("asks for the changes before it verifies anything, and reads each key once", async () => {
    const stage = await openStage("polled");
    const parent = stage.add();
    const key = stage.add({ parent: parent.id });
    for (let count = 0; count < 3; count++) expect(await stage.code(key.token)).toBe("verified");
    expect(await stage.code(parent.token)).toBe("verified");
    expect(stage.calls).toMatchObject({ health: 1, changesSince: 1, readChain: 1 });
  });

  it("does nothing before the first verification", async () => {
    const stage = await openStage("polled");
    await stage.pass(10_000);
    expect(stage.calls).toEqual({});
  });

  it("sees a revocation with the next poll", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    stage.change(key, revoked);
    expect(await stage.code(key.token)).toBe("verified");
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:revoked");
  });

  it("sees the revocation of a key above", async () => {
    const stage = await openStage("polled");
    const parent = stage.add();
    const key = stage.add({ parent: parent.id });
    await stage.code(key.token);
    stage.change(parent, revoked);
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:parent_inactive");
  });

  it("polls at once when the store hints at a change, and once for many hints", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    await settled();
    stage.change(key, revoked);
    for (let count = 0; count < 50; count++) {
      for (const { hint } of stage.database.listeners) hint();
    }
    await settled();
    expect(await stage.code(key.token)).toBe("key:revoked");
    expect(stage.calls["changesSince"]).toBeLessThanOrEqual(3);
  });

  it("polls once more for a hint that comes while it polls", async () => {
    const stage = await openGatedStage();
    const key = stage.add();
    await stage.code(key.token);
    await settled();
    stage.polls.shut();
    await stage.pass(1_000);
    stage.change(key, revoked);
    for (const { hint } of stage.database.listeners) hint();
    stage.polls.open();
    await settled();
    expect(await stage.code(key.token)).toBe("key:revoked");
  });

  it("goes on without hints, and tells once that there are none", async () => {
    const stage = await openStage("polled", () => ({
      listen: () => Promise.reject(new KeyStoreError("unavailable", "no channel")),
    }));
    const key = stage.add();
    await stage.code(key.token);
    stage.change(key, revoked);
    for (let count = 0; count < 3; count++) await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:revoked");
    expect(stage.events).toEqual([["background-failed", { task: "hints", reason: "no channel" }]]);
  });

  it("uses at once what this process changed", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    stage.change(key, revoked);
    stage.verifier.invalidate([key.id]);
    expect(await stage.code(key.token)).toBe("key:revoked");
  });

  it.each<[string, (changes: Changes) => Changes]>([
    ["no longer knows so far back", ({ head }) => ({ kind: "unknown", head })],
    ["was put back", ({ head }) => ({ kind: "changes", head: head - 1, ids: [] })],
  ])("forgets everything when the store %s", async (_, disturb) => {
    let isDisturbed = false;
    const stage = await openStage("polled", (store) => ({
      changesSince: async (sequence) => {
        const changes = await store.changesSince(sequence);
        return isDisturbed ? disturb(changes) : changes;
      },
    }));
    const key = stage.add();
    await stage.code(key.token);
    const other = resealed(stage.pepper, { ...key.body, status: "disabled" });
    stage.database.keys.set(key.id, other.stored);
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("verified");
    isDisturbed = true;
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:disabled");
  });

  it("reads the authority for a strong answer, and keeps what it read", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    stage.change(key, revoked);
    expect(await stage.code(key.token, { consistency: "strong" })).toBe("key:revoked");
    expect(await stage.code(key.token)).toBe("key:revoked");
  });

  it("says how old what it knows is", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    expect((await stage.principal(key.token)).freshness).toEqual({ mode: "immediate", ageMs: 0 });
    stage.clock.pass(400);
    expect((await stage.principal(key.token)).freshness).toEqual({ mode: "bounded", ageMs: 400 });
    await stage.pass(1_000);
    stage.clock.pass(300);
    expect((await stage.principal(key.token)).freshness).toEqual({ mode: "bounded", ageMs: 300 });
    const strong = await stage.principal(key.token, { consistency: "strong" });
    expect(strong.freshness).toEqual({ mode: "immediate", ageMs: 0 });
  });

  it("does not keep a record that is not intact", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    const damaged = { ...key.stored, body: key.stored.body.replace("notes", "other") };
    stage.database.keys.set(key.id, damaged);
    expect(await stage.code(key.token)).toBe("key:record_invalid");
    stage.database.keys.set(key.id, key.stored);
    expect(await stage.code(key.token)).toBe("verified");
  });
});

describe("an id that is unknown", () => {
  it("stays unknown for two seconds without asking again", async () => {
    const stage = await openStage("polled");
    const token = mintToken("int", newKeyId());
    for (let count = 0; count < 3; count++) expect(await stage.code(token)).toBe("key:unknown");
    expect(stage.calls["readChain"]).toBe(1);
    await stage.pass(2_000);
    await stage.code(token);
    expect(stage.calls["readChain"]).toBe(2);
  });

  it("is known as soon as the node sees that it was issued", async () => {
    const stage = await openStage("polled");
    const key = sealedKey(stage.pepper);
    expect(await stage.code(key.token)).toBe("key:unknown");
    stage.database.commit({ writes: [{ key: key.stored, expects: 0, entry: "{}" }] });
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("verified");
  });
});

describe("the revocation bound", () => {
  it("refuses every verification of a node that stood still, until its next poll", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    stage.clock.pass(60_000);
    expect(await stage.code(key.token)).toBe("key:stale");
    expect(await stage.code(key.token, { consistency: "strong" })).toBe("key:stale");
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("verified");
  });

  it("counts from the start of the last good poll", async () => {
    const stage = await openGatedStage();
    const key = stage.add();
    await stage.code(key.token);
    stage.polls.shut();
    await stage.pass(1_000);
    stage.clock.pass(revocationBoundMs - 1_000);
    expect(await stage.code(key.token)).toBe("verified");
    stage.clock.pass(1);
    expect(await stage.code(key.token)).toBe("key:stale");
    // That poll began a whole bound ago, less a second: it vouches for no more than a second.
    stage.polls.open();
    await settled();
    expect(await stage.code(key.token)).toBe("verified");
    stage.clock.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:stale");
  });

  it("is not moved by steps of the wall clock", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    stage.clock.step(-3_600_000);
    stage.clock.pass(revocationBoundMs + 1);
    expect(await stage.code(key.token)).toBe("key:stale");
  });

  it("ends what is known while the store fails, and a poll that works brings it back", async () => {
    const stage = await openStage("polled");
    const key = stage.add();
    await stage.code(key.token);
    stage.database.failure = new KeyStoreError("unavailable", "no network");
    for (let count = 0; count < 5; count++) {
      await stage.pass(1_000);
      expect(await stage.code(key.token)).toBe("verified");
    }
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:stale");
    stage.database.failure = undefined;
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("verified");
    expect(stage.events.map(([event]) => event)).toEqual(["store-unavailable", "store-available"]);
  });

  it("refuses what was read too slowly", async () => {
    const stage = await openGatedStage();
    const key = stage.add();
    await stage.code(stage.add().token);
    stage.reads.shut();
    const slow = stage.code(key.token);
    for (let count = 0; count < 6; count++) await stage.pass(1_000);
    stage.change(key, revoked);
    stage.reads.open();
    expect(await slow).toBe("key:stale");
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:revoked");
  });

  it("refuses what was read while the node lost touch with the changes", async () => {
    const stage = await openGatedStage();
    const key = stage.add();
    await stage.code(stage.add().token);
    stage.clock.pass(3_000);
    stage.reads.shut();
    const slow = stage.code(key.token);
    stage.clock.pass(2_001);
    stage.reads.open();
    expect(await slow).toBe("key:stale");
  });
});

describe("a read that a change overtakes", () => {
  it("is neither used nor kept, but read again", async () => {
    const stage = await openGatedStage();
    const key = stage.add();
    await stage.code(stage.add().token);
    stage.reads.shut();
    const slow = stage.code(key.token);
    await settled();
    stage.change(key, revoked);
    await stage.pass(1_000);
    stage.reads.open();
    expect(await slow).toBe("key:revoked");
    expect(await stage.code(key.token)).toBe("key:revoked");
  });

  it("of a key above is not used either", async () => {
    const stage = await openGatedStage();
    const parent = stage.add();
    const key = stage.add({ parent: parent.id });
    await stage.code(stage.add().token);
    stage.reads.shut();
    const slow = stage.code(key.token, { consistency: "strong" });
    await settled();
    stage.change(parent, revoked);
    stage.verifier.invalidate([parent.id]);
    stage.reads.open();
    expect(await slow).toBe("key:parent_inactive");
  });

  it("of an id that was unknown does not keep it unknown", async () => {
    const stage = await openGatedStage();
    const key = sealedKey(stage.pepper);
    await stage.code(stage.add().token);
    stage.reads.shut();
    const slow = stage.code(key.token);
    await settled();
    stage.database.commit({ writes: [{ key: key.stored, expects: 0, entry: "{}" }] });
    await stage.pass(1_000);
    stage.reads.open();
    expect(await slow).toBe("verified");
  });

  it("each time ends in a refusal", async () => {
    const stage = await openStage("polled", (store) => ({
      readChain: async (id) => {
        const chain = await store.readChain(id);
        stage.verifier.invalidate([id]);
        return chain;
      },
    }));
    const key = stage.add();
    expect(await stage.code(key.token)).toBe("key:stale");
    expect(stage.calls["readChain"]).toBe(3);
  });
});

describe("a store that must not be trusted", () => {
  it("is used for nothing until it may be trusted again, and forgotten meanwhile", async () => {
    let health: StoreHealth = { kind: "durable" };
    const stage = await openStage("polled", () => ({ health: () => Promise.resolve(health) }));
    const key = stage.add();
    expect(await stage.code(key.token)).toBe("verified");
    health = { kind: "refused", reason: "it loses writes" };
    await stage.pass(1_000);
    expect(await stage.verifier.verify(key.token)).toMatchObject({
      code: "key:store_unavailable",
      detail: "it loses writes",
    });
    const other = resealed(stage.pepper, { ...key.body, status: "disabled" });
    stage.database.keys.set(key.id, other.stored);
    health = { kind: "lossy", reason: "accepted" };
    await stage.pass(1_000);
    expect(await stage.code(key.token)).toBe("key:disabled");
    expect(stage.events.map(([event]) => event)).toEqual(["store-unavailable", "store-available"]);
  });
});
