import { describe, expect, test } from "vitest";
import { settled } from "../verification/stage.ts";
import { openKeyring, outcomeOf } from "./keyring.ts";

describe("disable", () => {
  test("ends a key until it is enabled again", async () => {
    const ring = openKeyring({ propagation: "polled" });
    const issued = await ring.issue();
    expect(await ring.keys.disable(issued.key.id, { reason: "on leave" })).toMatchObject({
      kind: "ended",
      key: { status: "disabled", version: 2 },
      effectiveBy: ring.clock.at(5_000),
    });
    expect(await ring.verify(issued)).toBe("key:disabled");
    expect(await ring.keys.enable(issued.key.id)).toMatchObject({
      kind: "changed",
      key: { status: "active", version: 3 },
    });
    expect(await ring.verify(issued)).toBe("verified");
    await settled();
    expect(ring.audit.entries.map((entry) => [entry["event"], entry["reason"]])).toEqual([
      ["issued", undefined],
      ["disabled", "on leave"],
      ["enabled", undefined],
    ]);
  });

  test("of a disabled key changes nothing, of a revoked one is refused", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    await ring.keys.disable(key.id);
    expect(await ring.keys.disable(key.id)).toMatchObject({ kind: "ended", key: { version: 2 } });
    await ring.keys.revoke(key.id);
    expect(outcomeOf(await ring.keys.disable(key.id))).toBe("key_revoked");
  });

  test("does not wait for the audit log", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.disable(key.id))).toBe("ended");
  });

  test("is tried again when the key was changed meanwhile", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    ring.beforeCommit = async () => {
      ring.beforeCommit = () => {};
      await ring.keys.rotate(key.id);
    };
    expect(outcomeOf(await ring.keys.disable(key.id))).toBe("ended");
    expect(await ring.keys.show(key.id)).toMatchObject({ status: "disabled", version: 3 });
  });
});

describe("enable", () => {
  test("of an active key changes nothing, of a revoked one is refused", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    expect(await ring.keys.enable(key.id)).toEqual({ kind: "changed", key });
    await ring.keys.revoke(key.id);
    expect(outcomeOf(await ring.keys.enable(key.id))).toBe("key_revoked");
    expect(outcomeOf(await ring.keys.enable("AbCdEfGhIjKl"))).toBe("key_unknown");
  });

  test("never wins over a revocation at the same time", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    await ring.keys.disable(key.id);
    ring.beforeCommit = async () => {
      ring.beforeCommit = () => {};
      await ring.keys.revoke(key.id);
    };
    expect(outcomeOf(await ring.keys.enable(key.id))).toBe("conflict");
    expect((await ring.keys.show(key.id))?.status).toBe("revoked");
  });

  test("waits for the audit log: without it the key stays disabled", async () => {
    const ring = openKeyring();
    const { key } = await ring.issue();
    await ring.keys.disable(key.id);
    ring.beforeCommit = () => ring.audit.fail("disk full");
    expect(outcomeOf(await ring.keys.enable(key.id))).toBe("audit_unavailable");
    expect(await ring.keys.show(key.id)).toMatchObject({ status: "disabled", version: 4 });
    expect(outcomeOf(await ring.keys.enable(key.id))).toBe("audit_unavailable");
    expect(await ring.keys.show(key.id)).toMatchObject({ status: "disabled", version: 4 });
  });
});
