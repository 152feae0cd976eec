import type { KeyStatus } from "../record/key-record.ts";

/**
 * One key as a store holds it. `body` is the only truth: JSON text with (at least) the members `id`,
 * `tenant`, `owner`, `status`, `version`, and `parent`, `expiresAt` where there are any. A store keeps
 * the text as it is, character by character, because the seal is taken of it; what it indexes it reads
 * from the text, and it keeps no second copy that could be edited apart.
 */
export interface StoredKey {
  readonly id: string;
  /** 1 for a new key; a change is one more. */
  readonly version: number;
  readonly body: string;
  /** Id of the pepper that the seal was made under. */
  readonly sealPepper: string;
  /** Message authentication code of `body`, base64url. The store does not look into it. */
  readonly seal: string;
  /** RFC 3339; no part of the seal; a commit leaves it as it is. */
  readonly lastUsedAt?: string;
}

/** One key to be written, if it is still at version `expects`. */
export interface KeyWrite {
  readonly key: Omit<StoredKey, "lastUsedAt">;
  /** Version that the store must have now; 0: no key may have this id. */
  readonly expects: number;
  /** The audit entry of the change as JSON text; the store gives it its sequence number. */
  readonly entry: string;
}

/** A change: all of it, or nothing. */
export interface Commit {
  readonly writes: readonly KeyWrite[];
  /** Keys that are not written but must still be at the version that was read. */
  readonly requires?: readonly { readonly id: string; readonly version: number }[];
  /** Remembers, in the same transaction, that this request was carried out. */
  readonly idempotency?: IdempotencyRecord;
}

/** That a request with an idempotency key was carried out. */
export interface IdempotencyRecord {
  readonly tenant: string;
  /** Digest of the idempotency key. */
  readonly digest: string;
  /** Digest of the request: another request under the same key is refused. */
  readonly request: string;
  readonly keyId: string;
}

/** What became of a commit. */
export type CommitResult =
  | {
      readonly kind: "committed";
      /** One for each write, in their order; rising, without a gap within the commit. */
      readonly sequences: readonly number[];
    }
  /** The key `id` is not at the version that was expected. Nothing was written. */
  | { readonly kind: "conflict"; readonly id: string }
  /**
   * The idempotency key was used before, by `record`: told before any conflict, so that a request
   * that is sent again is known again. Nothing was written.
   */
  | { readonly kind: "replayed"; readonly record: IdempotencyRecord };

/** Which keys; all members must hold. */
export interface KeyQuery {
  readonly tenant: string;
  readonly owner?: string;
  readonly parent?: string;
  readonly status?: KeyStatus;
  /** Only keys with a greater id, in the order of their UTF-8 bytes. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** A change that the audit log may not have yet. */
export interface PendingEntry {
  readonly sequence: number;
  readonly keyId: string;
  /** As given in {@link KeyWrite.entry}. */
  readonly entry: string;
  /** When it was committed, RFC 3339 by the store's or the writer's clock. */
  readonly at: string;
}

/** What changed after a sequence number. */
export type Changes =
  | {
      readonly kind: "changes";
      /** The highest sequence number that is committed; 0 for none. */
      readonly head: number;
      /** The keys that changed, each once, in no order. */
      readonly ids: readonly string[];
    }
  /** The store no longer remembers so far back (or was put back): everything may have changed. */
  | { readonly kind: "unknown"; readonly head: number };

/** Whether the store keeps what it acknowledges. */
export type StoreHealth =
  | { readonly kind: "durable" }
  /** It works, and loses what it acknowledged when it crashes; accepted by configuration. */
  | { readonly kind: "lossy"; readonly reason: string }
  /** It must not be used: every operation fails with `not_durable` until this changes. */
  | { readonly kind: "refused"; readonly reason: string };

/** Why a store could not do what it was asked. */
export type KeyStoreErrorCode =
  /** It did not answer, or not in time; the same call may work later. */
  | "unavailable"
  /** It is full or read-only: reading works. */
  | "not_writable"
  /** What it holds is damaged. */
  | "corrupt"
  /** A newer version of Scopeward has written its schema. */
  | "schema_newer"
  /** It would lose what it acknowledges, and that was not accepted. */
  | "not_durable"
  /** The URL or option that names it is invalid, or a package that it needs is not installed. */
  | "misconfigured"
  /** It was closed. */
  | "closed";

const brand = Symbol.for("scopeward.KeyStoreError");

/** A fault of a store. The message is for the operator and holds neither password nor key. */
export class KeyStoreError extends Error {
  override readonly name = "KeyStoreError";
  readonly code: KeyStoreErrorCode;

  constructor(code: KeyStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a KeyStoreError, from whichever copy of this package. */
  static is(value: unknown): value is KeyStoreError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/**
 * Where keys are kept (port version 1).
 *
 * - Durability: `commit` resolves after the change has reached stable storage, as far as `health` is
 *   `durable`.
 * - Atomicity: a commit is whole or absent, for every reader and after every crash. Writes, their
 *   changes with sequence numbers, their pending entries and the idempotency record are one
 *   transaction.
 * - Isolation: commits are serialisable, and sequence numbers become visible in rising order:
 *   whoever has seen `head` n will never see a change n or lower appear later.
 * - Reading: `readChain` and `changesSince` see every commit that was acknowledged before they were
 *   called, by whichever process, also while a page of `list` is being read.
 * - Concurrency: any number of calls at once, from any number of processes.
 * - Errors: rejects with KeyStoreError alone. After a rejected `commit` the change is there as a whole
 *   or not at all, and it is not known which.
 * - Recovery: a store that failed works again once its cause is gone, without being opened anew.
 */
export interface KeyStore {
  /** For people: `sqlite:<path>`, `postgres://host/database`; without user and password. */
  readonly place: string;
  /**
   * Whether a verification reads the authority each time (`immediate`), or through a cache that is
   * kept fresh by polling (`polled`).
   */
  readonly propagation: "immediate" | "polled";
  /** Random id of this store, made with it; part of every audit entry. */
  storeId(): Promise<string>;
  /** The key and those above it, nearest first, in one snapshot; `[]` when `id` is not there; at most 8. */
  readChain(id: string): Promise<readonly StoredKey[]>;
  /** One page, ordered by id. Records whose body is damaged are part of no page with a filter. */
  list(query: KeyQuery): Promise<readonly StoredKey[]>;
  commit(commit: Commit): Promise<CommitResult>;
  /** What an idempotency key was used for. */
  findIdempotency(tenant: string, digest: string): Promise<IdempotencyRecord | undefined>;
  /** Moves `lastUsedAt` forward, never back; ids that are not there are ignored. No change, no sequence number. */
  touch(uses: readonly { readonly id: string; readonly at: string }[]): Promise<void>;
  /** What changed after `sequence`. Cheap: it is asked each second. */
  changesSince(sequence: number): Promise<Changes>;
  /** Entries that were not settled, the oldest first. */
  pending(limit: number): Promise<readonly PendingEntry[]>;
  /** The audit log has these; they are not pending any more. */
  settle(sequences: readonly number[]): Promise<void>;
  /**
   * Calls `hint` soon after a commit elsewhere, at most once for each: only a hint, it may be late
   * or lost. Absent where there is nothing better than polling.
   * @returns a function that ends it.
   */
  listen?(hint: () => void): Promise<() => Promise<void>>;
  health(): Promise<StoreHealth>;
  /** Later calls reject with `closed`. Idempotent. */
  close(): Promise<void>;
}
