import type {
  Changes,
  Commit,
  CommitResult,
  IdempotencyRecord,
  KeyQuery,
  KeyStore,
  PendingEntry,
  StoredKey,
  StoreHealth,
} from "../key-store.ts";
import { KeyStoreError } from "../key-store.ts";
import type { RedisConnection } from "./redis/connection.ts";
import { damaged, refusalFault } from "./redis/fault.ts";
import { Hints } from "./redis/hints.ts";
import { parseRedisUrl } from "./redis/location.ts";
import {
  changesSince,
  readChain,
  readIdempotency,
  readIndex,
  readPending,
} from "./redis/read-scripts.ts";
import { indexOf, keyOfRow, matches, pendingOfRow, textOf, wholeOf } from "./redis/rows.ts";
import { type Script, storeChanged } from "./redis/script.ts";
import { RedisSessions, schema } from "./redis/session.ts";
import { commit, settle, touch } from "./redis/write-scripts.ts";

/** Where a key store in Redis is. */
export interface RedisKeyStoreOptions {
  /** `redis[s]://[user:password@]host[:port][/database]`. */
  readonly url: string;
  /**
   * Whether to use a server that may lose what it acknowledges, such as a revocation: one with
   * another setting than `appendonly yes`, `appendfsync always`, `no-appendfsync-on-rewrite no`,
   * `maxmemory-policy noeviction`, or with replicas. False where absent.
   */
  readonly acceptLostWrites?: boolean;
  /** What the names of all keys of the store begin with, in braces; `scopeward` where absent. */
  readonly prefix?: string;
}

/** Rows that one answer of an index holds at least and at most. */
const smallestPage = 100;
const largestPage = 1_000;

/**
 * The key store in Redis 7 or later, for many nodes. Does no I/O until the first call. Every change is
 * one Lua script; a server that is no authority is refused. A call waits at most 2 s for a connection
 * and 3 s for an answer.
 * @throws KeyStoreError `misconfigured` when the URL or the prefix is invalid.
 */
export function redisKeyStore(options: RedisKeyStoreOptions): KeyStore {
  return new RedisKeyStore(options);
}

class RedisKeyStore implements KeyStore {
  readonly place: string;
  readonly propagation = "polled";
  readonly #base: string;
  readonly #sessions: RedisSessions;
  readonly #hints = new Set<Hints>();
  /** Life of the store that `changesSince` last told of. */
  #toldLife: string | undefined;

  constructor({ url, acceptLostWrites = false, prefix = "scopeward" }: RedisKeyStoreOptions) {
    if (!/^[\w.:-]{1,64}$/.test(prefix)) {
      throw new KeyStoreError(
        "misconfigured",
        "the prefix of the key store is invalid: use 1 to 64 letters, digits and `_ . : -`",
      );
    }
    const location = parseRedisUrl(url);
    this.place = location.place;
    // The braces put all keys of the store into one slot of a cluster.
    this.#base = `{${prefix}}`;
    this.#sessions = new RedisSessions({
      location,
      base: this.#base,
      acceptLostWrites,
    });
  }

  async storeId(): Promise<string> {
    return (await this.#sessions.current()).storeId;
  }

  async readChain(id: string): Promise<readonly StoredKey[]> {
    return rowsOf(await this.#run(readChain, [id])).map(keyOfRow);
  }

  async list(query: KeyQuery): Promise<readonly StoredKey[]> {
    const index = indexOf(query);
    const page: StoredKey[] = [];
    let after = query.after ?? "";
    for (;;) {
      const count = Math.min(Math.max(query.limit - page.length, smallestPage), largestPage);
      const rows = rowsOf(await this.#run(readIndex, [index, after, String(count)]));
      for (const key of rows.map(keyOfRow)) {
        if (page.length < query.limit && matches(key, query)) page.push(key);
        after = key.id;
      }
      if (rows.length < count || page.length === query.limit) return page;
    }
  }

  async commit({ writes, requires = [], idempotency }: Commit): Promise<CommitResult> {
    const args = idempotency === undefined ? ["0"] : ["1", ...rememberedArgs(idempotency)];
    args.push(String(writes.length));
    for (const { key, expects, entry } of writes) {
      const { id, version, body, sealPepper, seal } = key;
      args.push(id, String(version), body, sealPepper, seal, String(expects), entry);
    }
    args.push(String(requires.length));
    for (const { id, version } of requires) args.push(id, String(version));

    const answer = await this.#run(commit, args);
    const [kind, ...rest] = Array.isArray(answer) ? (answer as unknown[]) : [];
    const head = wholeOf(rest[0]);
    if (kind === "committed" && head !== undefined) {
      return { kind, sequences: writes.map((_, place) => head - writes.length + place + 1) };
    }
    const [first, second] = rest.map(textOf);
    if (kind === "conflict" && first !== undefined) return { kind, id: first };
    if (kind === "replayed" && first !== undefined && second !== undefined && idempotency) {
      return { kind, record: { ...idempotency, request: first, keyId: second } };
    }
    throw damaged(this.place, "an idempotency record is not whole");
  }

  async findIdempotency(tenant: string, digest: string): Promise<IdempotencyRecord | undefined> {
    const [request, keyId] = arrayOf(await this.#run(readIdempotency, [tenant, digest])).map(
      textOf,
    );
    if (request === undefined) return undefined;
    if (keyId === undefined) throw damaged(this.place, "an idempotency record is not whole");
    return { tenant, digest, request, keyId };
  }

  async touch(uses: readonly { readonly id: string; readonly at: string }[]): Promise<void> {
    for (let from = 0; from < uses.length; from += largestPage) {
      const some = uses.slice(from, from + largestPage);
      await this.#run(
        touch,
        some.flatMap(({ id, at }) => [id, String(Date.parse(at))]),
      );
    }
  }

  async changesSince(sequence: number): Promise<Changes> {
    const { answer, life } = await this.#runIn(changesSince, [String(sequence)]);
    const [first, ids] = arrayOf(answer);
    const head = wholeOf(first);
    if (head === undefined) throw damaged(this.place, "its sequence number is none");
    // What was put back may have come as far again since: its numbers mean other changes.
    const isSameLife = this.#toldLife === life;
    this.#toldLife = life;
    if (!isSameLife || !Array.isArray(ids)) return { kind: "unknown", head };
    return { kind: "changes", head, ids: ids.map(String) };
  }

  async pending(limit: number): Promise<readonly PendingEntry[]> {
    const entries = rowsOf(await this.#run(readPending, [String(limit)])).map(pendingOfRow);
    return entries.map((entry) => {
      if (entry === undefined) throw damaged(this.place, "a pending entry is not whole");
      return entry;
    });
  }

  async settle(sequences: readonly number[]): Promise<void> {
    for (let from = 0; from < sequences.length; from += largestPage) {
      await this.#run(settle, sequences.slice(from, from + largestPage).map(String));
    }
  }

  async listen(hint: () => void): Promise<() => Promise<void>> {
    const open = async (onLost: () => void): Promise<RedisConnection> => {
      await this.#sessions.current();
      return await this.#sessions.open(onLost);
    };
    const hints = new Hints(open, `${this.#base}:changes`, hint);
    const end = async (): Promise<void> => {
      this.#hints.delete(hints);
      hints.end();
    };
    this.#hints.add(hints);
    try {
      await hints.begin();
    } catch (error) {
      await end();
      throw error;
    }
    return end;
  }

  async health(): Promise<StoreHealth> {
    return await this.#sessions.health();
  }

  async close(): Promise<void> {
    for (const hints of this.#hints) hints.end();
    this.#hints.clear();
    this.#sessions.close();
  }

  async #run(script: Script, args: readonly string[]): Promise<unknown> {
    return (await this.#runIn(script, args)).answer;
  }

  async #runIn(
    script: Script,
    args: readonly string[],
  ): Promise<{ readonly answer: unknown; readonly life: string }> {
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.#sessions.current();
      this.#toldLife ??= session.life;
      const all = [schema, session.storeId, ...args];
      const answer = await session.connection.run(script, this.#base, all);
      if (answer.kind === "value") return { answer: answer.value, life: session.life };
      // A wiped server begins a new store; the script that found out has changed nothing.
      if (answer.refusal.code !== storeChanged || attempt > 1) {
        throw refusalFault(answer.refusal, this.place);
      }
      this.#sessions.forget(session);
    }
  }
}

function rememberedArgs({ tenant, digest, request, keyId }: IdempotencyRecord): readonly string[] {
  return [tenant, digest, request, keyId];
}

function arrayOf(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}

function rowsOf(answer: unknown): readonly (readonly unknown[])[] {
  return arrayOf(answer).map(arrayOf);
}
