import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { KeyStoreError } from "../../src/store/key-store.ts";
import type {
  Changes,
  Commit,
  CommitResult,
  IdempotencyRecord,
  KeyQuery,
  KeyStore,
  PendingEntry,
  StoredKey,
} from "../../src/store/key-store.ts";

type Body = Partial<Record<"tenant" | "owner" | "parent" | "status", unknown>>;

function bodyOf({ body }: StoredKey): Body {
  try {
    return (JSON.parse(body) ?? {}) as Body;
  } catch {
    return {};
  }
}

/** What several handles share: every method is one transaction, since nothing in it waits. */
export class MemoryDatabase {
  readonly storeId: string = randomUUID();
  readonly keys = new Map<string, StoredKey>();
  readonly changes: { readonly sequence: number; readonly id: string }[] = [];
  readonly listeners = new Set<{ readonly hint: () => void }>();
  /** Where it is set, every call of every handle rejects with it. */
  failure: KeyStoreError | undefined;
  readonly #idempotency = new Map<string, IdempotencyRecord>();
  #pending: PendingEntry[] = [];

  get head(): number {
    return this.changes.at(-1)?.sequence ?? 0;
  }

  readChain(id: string): StoredKey[] {
    const chain: StoredKey[] = [];
    let next: unknown = id;
    while (typeof next === "string" && chain.length < 8) {
      const key = this.keys.get(next);
      if (key === undefined) break;
      chain.push(key);
      next = bodyOf(key).parent;
    }
    return chain;
  }

  list(query: KeyQuery): StoredKey[] {
    return [...this.keys.values()]
      .filter((key) => {
        const body = bodyOf(key);
        return (["tenant", "owner", "parent", "status"] as const).every(
          (name) => query[name] === undefined || query[name] === body[name],
        );
      })
      .filter(({ id }) => Buffer.compare(Buffer.from(id), Buffer.from(query.after ?? "")) > 0)
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
      .slice(0, query.limit);
  }

  commit({ writes, requires = [], idempotency }: Commit): CommitResult {
    if (idempotency !== undefined) {
      const record = this.findIdempotency(idempotency.tenant, idempotency.digest);
      if (record !== undefined) return { kind: "replayed", record };
    }
    const expected = [
      ...requires,
      ...writes.map(({ key, expects }) => ({ id: key.id, version: expects })),
    ];
    const stale = expected.find(({ id, version }) => (this.keys.get(id)?.version ?? 0) !== version);
    if (stale !== undefined) return { kind: "conflict", id: stale.id };
    if (idempotency !== undefined) this.remember(idempotency);
    const at = new Date().toISOString();
    const sequences = writes.map(({ key, entry }) => {
      const sequence = this.head + 1;
      const lastUsedAt = this.keys.get(key.id)?.lastUsedAt;
      this.keys.set(key.id, { ...key, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) });
      this.changes.push({ sequence, id: key.id });
      this.#pending.push({ sequence, keyId: key.id, entry, at });
      return sequence;
    });
    return { kind: "committed", sequences };
  }

  remember(record: IdempotencyRecord): void {
    this.#idempotency.set(JSON.stringify([record.tenant, record.digest]), record);
  }

  findIdempotency(tenant: string, digest: string): IdempotencyRecord | undefined {
    return this.#idempotency.get(JSON.stringify([tenant, digest]));
  }

  touch(uses: readonly { readonly id: string; readonly at: string }[]): void {
    for (const { id, at } of uses) {
      const key = this.keys.get(id);
      if (key !== undefined && at > (key.lastUsedAt ?? "")) {
        this.keys.set(id, { ...key, lastUsedAt: at });
      }
    }
  }

  changesSince(sequence: number): Changes {
    const head = this.head;
    if (sequence > head) return { kind: "unknown", head };
    const later = this.changes.filter((change) => change.sequence > sequence);
    return { kind: "changes", head, ids: [...new Set(later.map(({ id }) => id))] };
  }

  pending(limit: number): PendingEntry[] {
    return this.#pending.slice(0, limit);
  }

  settle(sequences: readonly number[]): void {
    this.#pending = this.#pending.filter(({ sequence }) => !sequences.includes(sequence));
  }
}

/** A store that lives as long as its database; for tests alone. */
export function memoryKeyStore(
  database: MemoryDatabase = new MemoryDatabase(),
  propagation: KeyStore["propagation"] = "immediate",
): KeyStore {
  let isClosed = false;
  const own = new Set<{ readonly hint: () => void }>();
  /** As over a wire: the answer is of the moment when the question arrived. */
  const ask = async <T>(answer: () => T): Promise<T> => {
    if (isClosed) throw new KeyStoreError("closed", "the store was closed: open it anew");
    if (database.failure !== undefined) throw database.failure;
    const found = answer();
    await turn();
    return found;
  };
  return {
    place: "memory:",
    propagation,
    storeId: () => ask(() => database.storeId),
    readChain: (id) => ask(() => database.readChain(id)),
    list: (query) => ask(() => database.list(query)),
    commit: (commit) =>
      ask(() => {
        const result = database.commit(commit);
        if (result.kind === "committed") {
          for (const each of database.listeners) if (!own.has(each)) each.hint();
        }
        return result;
      }),
    findIdempotency: (tenant, digest) => ask(() => database.findIdempotency(tenant, digest)),
    touch: (uses) => ask(() => database.touch(uses)),
    changesSince: (sequence) => ask(() => database.changesSince(sequence)),
    pending: (limit) => ask(() => database.pending(limit)),
    settle: (sequences) => ask(() => database.settle(sequences)),
    listen: (hint) =>
      ask(() => {
        const listener = { hint };
        own.add(listener);
        database.listeners.add(listener);
        return async () => {
          own.delete(listener);
          database.listeners.delete(listener);
        };
      }),
    health: () => ask(() => ({ kind: "durable" })),
    close: async () => {
      isClosed = true;
      for (const listener of own) database.listeners.delete(listener);
      own.clear();
    },
  };
}
