import type { SecretProvider } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { KeysError } from "../src/keys-error.ts";
import { openKeys } from "../src/open-keys.ts";
import type { KeyStoreErrorCode } from "../src/store/key-store.ts";
import { KeyStoreError } from "../src/store/key-store.ts";
import { findTokens } from "../src/token/detection.ts";
import { memoryAuditLog } from "./memory-audit-log.ts";
import { openKeyring, outcomeOf, sample } from "./operations/keyring.ts";
import { memoryKeyStore } from "./store/memory-store.ts";
import { settled } from "./verification/stage.ts";

const secrets: SecretProvider = {
  place: "the test",
  read: () =>
    Promise.resolve({ current: "p1", versions: new Map([["p1", new Uint8Array(32).fill(1)]]) }),
};

test("opening does no I/O", async () => {
  const store = memoryKeyStore();
  const audit = memoryAuditLog();
  const read = vi.spyOn(secrets, "read");
  onTestFinished(() => read.mockRestore());
  const untouched = new Proxy(store, {
    get: (target, name: keyof typeof store) => {
      if (typeof target[name] === "function" && name !== "close") throw new Error("it was asked");
      return target[name];
    },
  });
  const keys = openKeys({ store: untouched, audit, secrets });
  await settled();
  expect(read).not.toHaveBeenCalled();
  await keys.close();
});

test.each(["", "Default", "-a", "a b", "a".repeat(64), "a/b"])(
  "a tenant is not called `%s`",
  (tenant) => {
    const options = { store: memoryKeyStore(), audit: memoryAuditLog(), secrets, tenant };
    expect(() => openKeys(options)).toThrow(TypeError);
  },
);

describe("a store that fails", () => {
  test.each<[KeyStoreErrorCode, string]>([
    ["unavailable", "store_unavailable"],
    ["not_writable", "store_unavailable"],
    ["corrupt", "store_unavailable"],
    ["schema_newer", "store_unavailable"],
    ["not_durable", "store_unavailable"],
    ["closed", "closed"],
  ])(
    "with `%s` is `%s` for every operation, and an outcome for a verification",
    async (code, expected) => {
      const ring = openKeyring();
      const issued = await ring.issue();
      const { id } = issued.key;
      ring.database.failure = new KeyStoreError(code, "as the test wants it");
      const operations = [
        ring.keys.issue(sample()),
        ring.keys.delegate(id, { scopes: ["notes:read"] }),
        ring.keys.update(id, { name: "x" }),
        ring.keys.rotate(id),
        ring.keys.revoke(id),
        ring.keys.revokeAll({ owner: "user:ada" }),
        ring.keys.disable(id),
        ring.keys.enable(id),
        ring.keys.list(),
        ring.keys.show(id),
        ring.keys.lint(),
      ];
      for (const operation of operations) {
        const fault: unknown = await operation.then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(KeysError.is(fault) && fault.code).toBe(expected);
      }
      expect(await ring.verify(issued)).toBe("key:store_unavailable");
      ring.database.failure = undefined;
      expect(outcomeOf(await ring.keys.revoke(id))).toBe("ended");
    },
  );
});

test("without a pepper nothing can be said of a record", async () => {
  const ring = openKeyring();
  const { key } = await ring.issue();
  const stored = ring.database.keys.get(key.id)!;
  ring.database.keys.set(key.id, { ...stored, sealPepper: "lost" });
  await expect(ring.keys.show(key.id)).rejects.toMatchObject({ code: "pepper_unavailable" });
  await expect(ring.keys.list()).rejects.toMatchObject({ code: "pepper_unavailable" });
  await expect(ring.keys.revoke(key.id)).rejects.toMatchObject({ code: "pepper_unavailable" });
});

describe("closing", () => {
  test("ends store and log, once, and everything after it is `closed`", async () => {
    const ring = openKeyring();
    const issued = await ring.issue();
    const close = vi.spyOn(ring.audit, "close");
    await Promise.all([ring.keys.close(), ring.keys.close()]);
    expect(close).toHaveBeenCalledTimes(1);
    await expect(ring.keys.issue(sample())).rejects.toMatchObject({ code: "closed" });
    await expect(ring.keys.list()).rejects.toMatchObject({ code: "closed" });
    expect(await ring.verify(issued)).toBe("key:store_unavailable");
  });

  test("closes the log also when the store does not close", async () => {
    const audit = memoryAuditLog();
    const close = vi.spyOn(audit, "close");
    const store = { ...memoryKeyStore(), close: () => Promise.reject(new Error("no")) };
    const keys = openKeys({ store, audit, secrets });
    await expect(keys.close()).rejects.toThrow("no");
    expect(close).toHaveBeenCalledTimes(1);
  });

  test("through a management key's view closes the same keys", async () => {
    const ring = openKeyring();
    const view = ring.keys.as(await ring.manager());
    await view.close();
    await expect(ring.keys.list()).rejects.toMatchObject({ code: "closed" });
  });
});

describe("events", () => {
  test("reach who listens, until they stop to", async () => {
    const ring = openKeyring();
    const seen: unknown[] = [];
    const stop = ring.keys.on("background-failed", (detail) => seen.push(detail));
    const { key } = await ring.issue();
    ring.audit.fail("disk full");
    await ring.keys.disable(key.id);
    await settled();
    expect(seen).toContainEqual({ task: "audit log", reason: "disk full" });
    const { length } = seen;
    stop();
    await ring.keys.revoke(key.id);
    await settled();
    expect(seen).toHaveLength(length);
  });
});

test("no token is in the store, the audit log, an event, an error, or what is printed", async () => {
  const ring = openKeyring();
  const issued = await ring.issue({ idempotencyKey: "a" });
  const token = issued.token.reveal();
  const outcomes: unknown[] = [issued];
  const { id } = issued.key;
  outcomes.push(
    await ring.keys.issue(sample({ idempotencyKey: "a" })),
    await ring.keys.issue(sample({ name: token, notes: token })),
    await ring.keys.issue({ [token]: token } as never),
    await ring.keys.issue(token as never),
    await ring.keys.show(token),
    await ring.keys.update(token, {}),
    await ring.keys.update(id, { scopes: [token] }),
    await ring.keys.rotate(id, { overlap: token }),
    await ring.keys.rotate(id),
    await ring.keys.revoke(id, { reason: `leaked: ${token}` }),
    await ring.keys.revokeAll({ owner: token }),
    await ring.keys.verify(token),
    await ring.keys.validateApiKey(token, token),
    await ring.keys.validateApiKey(token, "notes:read"),
    await ring.keys.revoke(id, { reason: "leaked" }),
    await ring.keys.lint(),
    await ring.keys.list({ owner: token }).catch((error: unknown) => String(error)),
  );
  await settled();
  const told = JSON.stringify([
    outcomes,
    ring.audit.entries,
    ring.events,
    [...ring.database.keys.values()],
    ring.database.pending(100),
  ]);
  expect(findTokens(token)).toHaveLength(1);
  expect(findTokens(told)).toEqual([]);
  expect(told).not.toContain(token.slice(20, 60));
});
