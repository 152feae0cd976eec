import type { Catalogue } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";
import { expect, onTestFinished } from "vitest";
import type { KeyEvents } from "../../src/key-events.ts";
import type { Issued, IssueRequest, Keys } from "../../src/keys.ts";
import { openKeys } from "../../src/open-keys.ts";
import type { LintSources } from "../../src/operations/lint-finding.ts";
import type { MayGrant } from "../../src/record/key-record.ts";
import type { KeyStore } from "../../src/store/key-store.ts";
import { ManualClock } from "../manual-clock.ts";
import { type MemoryAuditLog, memoryAuditLog } from "../memory-audit-log.ts";
import { referenceCatalogue } from "../reference-catalogue.ts";
import { MemoryDatabase, memoryKeyStore } from "../store/memory-store.ts";

/** Keys over a store in memory, with everything around them in the hands of a test. */
export interface Keyring {
  readonly keys: Keys;
  readonly clock: ManualClock;
  readonly database: MemoryDatabase;
  readonly audit: MemoryAuditLog;
  /** Each event, as `[name, detail]`. */
  readonly events: readonly (readonly [keyof KeyEvents, unknown])[];
  /** What the policies declare; may be replaced. */
  catalogue: Catalogue | undefined;
  readonly issue: (request?: Partial<IssueRequest>) => Promise<Issued>;
  /** A management key that may do this, as a principal. */
  readonly manager: (mayGrant?: Partial<MayGrant>) => Promise<Principal>;
  /** Called before each commit reaches the store. */
  beforeCommit: () => void | Promise<void>;
  /** What verifying a token comes to: `verified`, or the code. */
  readonly verify: (issued: Pick<Issued, "token">) => Promise<string>;
}

/** How the keys of a test differ from others. */
export interface KeyringOptions {
  readonly tenant?: string;
  readonly clock?: ManualClock;
  readonly database?: MemoryDatabase;
  readonly audit?: MemoryAuditLog;
  readonly propagation?: KeyStore["propagation"];
  readonly lintSources?: LintSources;
  /** How the store is in the way: its methods may be replaced. */
  readonly disturb?: (store: KeyStore) => Partial<KeyStore>;
}

/** May give everything that the reference catalogue has, to everybody, for a day. */
export const wideMayGrant: MayGrant = {
  scopes: ["**"],
  audiences: ["internal", "external"],
  owners: ["*"],
  maxLifeSeconds: 86_400,
};

const events: readonly (keyof KeyEvents)[] = ["background-failed", "store-rolled-back", "junk"];

/** Opens keys, and closes them after the test. */
export function openKeyring(options: KeyringOptions = {}): Keyring {
  const { clock = new ManualClock(), database = new MemoryDatabase(), disturb } = options;
  const audit = options.audit ?? memoryAuditLog();
  const plain = memoryKeyStore(database, options.propagation);
  const seen: [keyof KeyEvents, unknown][] = [];
  const keys = openKeys({
    store: {
      ...plain,
      commit: async (commit) => {
        await keyring.beforeCommit();
        return await plain.commit(commit);
      },
      ...disturb?.(plain),
    },
    audit,
    clock,
    secrets: {
      place: "the test",
      read: () =>
        Promise.resolve({ current: "p1", versions: new Map([["p1", new Uint8Array(32).fill(1)]]) }),
    },
    catalogue: () => keyring.catalogue,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
    ...(options.lintSources === undefined ? {} : { lintSources: options.lintSources }),
  });
  for (const name of events) keys.on(name, (detail) => void seen.push([name, detail]));
  onTestFinished(async () => await keys.close());
  const keyring: Keyring = {
    keys,
    clock,
    database,
    audit,
    events: seen,
    catalogue: referenceCatalogue,
    beforeCommit: () => {},
    issue: async (request = {}) => issuedOf(await keys.issue(sample(request))),
    manager: async (mayGrant = {}) => {
      const { token } = issuedOf(
        await keys.issue({
          owner: "user:root",
          kind: "mgt",
          mayGrant: { ...wideMayGrant, ...mayGrant },
        }),
      );
      const verification = await keys.verify(token.reveal());
      if (verification.outcome !== "verified") throw new Error(verification.code);
      return verification.principal;
    },
    verify: async ({ token }) => {
      const verification = await keys.verify(token.reveal());
      return verification.outcome === "verified" ? "verified" : verification.code;
    },
  };
  return keyring;
}

/** A request that is accepted, but for what `changes` say. */
export function sample(changes: Partial<IssueRequest> = {}): IssueRequest {
  return { owner: "user:ada", scopes: ["notes:read"], ...changes };
}

/** What became of an operation, in a word: its kind, or the code of the refusal. */
export function outcomeOf(
  outcome: { readonly kind: string } | { readonly kind: "refused"; readonly code: string },
): string {
  return "code" in outcome ? outcome.code : outcome.kind;
}

function issuedOf(outcome: Awaited<ReturnType<Keys["issue"]>>): Issued {
  expect(outcomeOf(outcome)).toBe("issued");
  return outcome as Issued;
}
