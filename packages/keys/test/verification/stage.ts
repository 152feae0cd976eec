import { setImmediate as turn } from "node:timers/promises";
import type { KeyKind, Principal, VerifyOptions } from "@scopeward/sdk";
import { onTestFinished, vi } from "vitest";
import type { KeyEvents } from "../../src/key-events.ts";
import type { KeysContext } from "../../src/keys-context.ts";
import type { KeyBody } from "../../src/record/key-body.ts";
import type { Pepper, Peppers } from "../../src/secrets/peppers.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { openVerifier, type Verifier } from "../../src/verification/verifier.ts";
import { ManualClock } from "../manual-clock.ts";
import { memoryAuditLog } from "../memory-audit-log.ts";
import { MemoryDatabase, memoryKeyStore } from "../store/memory-store.ts";
import { resealed, type SealedKey, sealedKey, testPeppers } from "./sealed-key.ts";

/** What a verifier works with, all of it in the hands of a test. */
export interface Stage {
  readonly clock: ManualClock;
  readonly database: MemoryDatabase;
  readonly verifier: Verifier;
  readonly context: KeysContext;
  /** Under which keys are made; `peppersAtHand` may be changed. */
  readonly pepper: Pepper;
  readonly peppersAtHand: string[];
  /** Each event, as `[name, detail]`. */
  readonly events: readonly (readonly [keyof KeyEvents, unknown])[];
  /** How often each method of the store was called. */
  readonly calls: { readonly [method: string]: number };
  /** Commits a new key, as another process would. */
  add(changes?: Partial<KeyBody>, kind?: KeyKind): SealedKey;
  /** Commits a change of a key, as another process would. */
  change(key: SealedKey, changes: Partial<KeyBody>): void;
  /** What verifying comes to: `verified`, or the code. */
  code(token: unknown, options?: VerifyOptions): Promise<string>;
  /** The principal of a token that is verified. */
  principal(token: string, options?: VerifyOptions): Promise<Principal>;
  /** Time passes for both clocks and the timers, and what they start is done. */
  pass(milliseconds: number): Promise<void>;
}

/** How the store is in the way: its methods may be replaced. */
export type Disturbance = (store: KeyStore, database: MemoryDatabase) => Partial<KeyStore>;

/** A verifier on a store in memory. */
export async function openStage(
  propagation: KeyStore["propagation"] = "immediate",
  disturb: Disturbance = () => ({}),
): Promise<Stage> {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const clock = new ManualClock();
  const database = new MemoryDatabase();
  const peppersAtHand = ["p1"];
  const peppers: Peppers = testPeppers(peppersAtHand);
  const pepper = await peppers.current();
  const events: [keyof KeyEvents, unknown][] = [];
  const calls: { [method: string]: number } = {};
  const plain = memoryKeyStore(database, propagation);
  const context: KeysContext = {
    tenant: "default",
    store: counted({ ...plain, ...disturb(plain, database) }, calls),
    peppers,
    audit: memoryAuditLog(),
    clock,
    catalogue: () => undefined,
    emit: (event, detail) => void events.push([event, detail]),
  };
  const verifier = openVerifier(context);
  onTestFinished(async () => await verifier.close());
  const commit = (key: Omit<SealedKey, "token">): void => {
    const { version } = key.body;
    database.commit({ writes: [{ key: key.stored, expects: version - 1, entry: "{}" }] });
  };
  const current = new Map<string, KeyBody>();
  return {
    clock,
    database,
    verifier,
    context,
    pepper,
    peppersAtHand,
    events,
    calls,
    add: (changes, kind) => {
      const key = sealedKey(pepper, changes, kind);
      commit(key);
      return key;
    },
    change: ({ id, body }, changes) => {
      const before = current.get(id) ?? body;
      const after = { ...before, ...changes, version: before.version + 1 };
      current.set(id, after);
      commit(resealed(pepper, after));
    },
    code: async (token, options) => {
      const verification = await verifier.verify(token, options);
      return verification.outcome === "verified" ? "verified" : verification.code;
    },
    principal: async (token, options) => {
      const verification = await verifier.verify(token, options);
      if (verification.outcome !== "verified") throw new Error(verification.code);
      return verification.principal;
    },
    pass: async (milliseconds) => {
      clock.pass(milliseconds);
      vi.advanceTimersByTime(milliseconds);
      await settled();
    },
  };
}

/** What was started without waiting for it is over. */
export async function settled(): Promise<void> {
  for (let count = 0; count < 20; count++) await turn();
}

function counted(store: KeyStore, calls: { [method: string]: number }): KeyStore {
  return new Proxy(store, {
    get(target, name: keyof KeyStore) {
      const member: unknown = target[name];
      if (typeof member !== "function") return member;
      return (...given: readonly unknown[]): unknown => {
        calls[name] = (calls[name] ?? 0) + 1;
        return Reflect.apply(member, target, given);
      };
    },
  });
}
