import { setImmediate as turn } from "node:timers/promises";
import type { Commit, CommitResult, KeyStore, StoredKey } from "../../src/store/key-store.ts";
import { MemoryDatabase } from "./memory-store.ts";

/** Makes the handle of a driver out of one that keeps every rule. */
export type Driver = (store: KeyStore, database: MemoryDatabase) => KeyStore;

/** A driver that breaks one rule, and words out of the name of the case that is about it. */
export interface BrokenDriver {
  readonly fault: string;
  readonly rule: string;
  readonly driver: Driver;
}

/** A driver with a commit of its own; the rest is right. */
function committing(
  change: (
    commit: Commit,
    right: { readonly store: KeyStore; readonly database: MemoryDatabase },
  ) => CommitResult | Promise<CommitResult>,
): Driver {
  return (store, database) => ({
    ...store,
    commit: async (commit) => {
      await isOpen(store);
      return change(commit, { store, database });
    },
  });
}

/** Rejects where the handle was closed: that must be right also where a method asks it nothing else. */
async function isOpen(store: KeyStore): Promise<void> {
  await store.health();
}

function isAt(database: MemoryDatabase, { id, version }: { id: string; version: number }): boolean {
  return (database.keys.get(id)?.version ?? 0) === version;
}

function asItIs({ writes, ...commit }: Commit, database: MemoryDatabase): Commit {
  const expects = (id: string): number => database.keys.get(id)?.version ?? 0;
  return { ...commit, writes: writes.map((each) => ({ ...each, expects: expects(each.key.id) })) };
}

function withoutRequires(commit: Commit): Commit {
  return { ...commit, requires: [] };
}

/** What each database has beside itself in the drivers that keep something apart. */
function besides<T>(make: () => T): (database: MemoryDatabase) => T {
  const all = new WeakMap<MemoryDatabase, T>();
  return (database) => {
    const found = all.get(database) ?? make();
    all.set(database, found);
    return found;
  };
}

const firstSeals = besides(() => new Map<string, string>());
const laterWrites = besides(() => new Set<number>());
const underWay = besides(() => new Set<string>());
const copies = besides(() => new MemoryDatabase());

const brokenCommits: readonly BrokenDriver[] = [
  {
    fault: "does not look at the version that is expected",
    rule: "written only at the version that is expected",
    driver: committing((commit, { store, database }) => store.commit(asItIs(commit, database))),
  },
  {
    fault: "looks at the version that is expected, and writes a moment later",
    rule: "written only at the version that is expected",
    driver: committing(async (commit, { store, database }) => {
      if (commit.idempotency !== undefined) return store.commit(commit);
      const late = commit.writes.find(
        ({ key, expects }) => !isAt(database, { id: key.id, version: expects }),
      );
      if (late !== undefined) return { kind: "conflict", id: late.key.id };
      await turn();
      return store.commit(asItIs(commit, database));
    }),
  },
  {
    fault: "keeps what it wrote beside the conflict",
    rule: "whole or absent",
    driver: committing(async ({ writes, ...commit }, { store }) => {
      const results = await Promise.all(
        writes.map((write, index) =>
          store.commit({ ...(index === 0 ? commit : {}), writes: [write] }),
        ),
      );
      const refused = results.find(({ kind }) => kind !== "committed");
      const sequences = results.flatMap((each) =>
        each.kind === "committed" ? each.sequences : [],
      );
      return refused ?? { kind: "committed", sequences };
    }),
  },
  {
    fault: "does not look at what a commit requires",
    rule: "waits on the keys that it requires",
    driver: committing((commit, { store }) => store.commit(withoutRequires(commit))),
  },
  {
    fault: "looks at what a commit requires before its transaction",
    rule: "waits on the keys that it requires",
    driver: committing(async (commit, { store, database }) => {
      const changed = commit.requires?.find((required) => !isAt(database, required));
      if (changed !== undefined) return { kind: "conflict", id: changed.id };
      await turn();
      return store.commit(withoutRequires(commit));
    }),
  },
  {
    fault: "carries a request out again",
    rule: "carried out once, and remembered",
    driver: committing(async ({ idempotency, ...commit }, { store, database }) => {
      const result = await store.commit(commit);
      if (result.kind === "committed" && idempotency) database.remember(idempotency);
      return result;
    }),
  },
  {
    fault: "remembers a request outside its transaction",
    rule: "remembered only together with its commit",
    driver: committing(async (commit, { store, database }) => {
      const result = await store.commit(commit);
      if (result.kind === "conflict" && commit.idempotency) database.remember(commit.idempotency);
      return result;
    }),
  },
  {
    fault: "writes the body anew",
    rule: "character by character",
    driver: committing(({ writes, ...commit }, { store }) =>
      store.commit({
        ...commit,
        writes: writes.map((write) => {
          const body = JSON.stringify(JSON.parse(write.key.body));
          return { ...write, key: { ...write.key, body } };
        }),
      }),
    ),
  },
  {
    fault: "keeps the seal of the first version",
    rule: "the version, seal and pepper that it was last written with",
    driver: committing(({ writes, ...commit }, { store, database }) => {
      const seals = firstSeals(database);
      return store.commit({
        ...commit,
        writes: writes.map((write) => {
          const seal = seals.get(write.key.id) ?? write.key.seal;
          seals.set(write.key.id, seal);
          return { ...write, key: { ...write.key, seal } };
        }),
      });
    }),
  },
  {
    fault: "forgets the last use when a key changes",
    rule: "forward only, and is no change",
    driver: committing(({ writes, ...commit }, { store, database }) => {
      for (const { key } of writes) {
        const stored = database.keys.get(key.id);
        if (stored === undefined) continue;
        const { lastUsedAt: _, ...rest } = stored;
        database.keys.set(key.id, rest);
      }
      return store.commit({ ...commit, writes });
    }),
  },
];

const brokenChanges: readonly BrokenDriver[] = [
  {
    fault: "gives a sequence number again",
    rule: "sequence numbers rise",
    driver: committing(async (commit, { store }) => {
      const result = await store.commit(commit);
      return result.kind === "committed"
        ? { ...result, sequences: result.sequences.map((_, index) => index + 1) }
        : result;
    }),
  },
  {
    fault: "leaves gaps within a commit",
    rule: "sequence numbers rise",
    driver: committing(async (commit, { store }) => {
      const result = await store.commit(commit);
      return result.kind === "committed"
        ? { ...result, sequences: result.sequences.map((sequence) => sequence * 2) }
        : result;
    }),
  },
  {
    fault: "tells of the first key of a commit alone",
    rule: "each changed key once",
    driver: (store, database) => ({
      ...store,
      commit: async (commit) => {
        const result = await store.commit(commit);
        if (result.kind === "committed") {
          for (const sequence of result.sequences.slice(1)) laterWrites(database).add(sequence);
        }
        return result;
      },
      changesSince: async (after) => {
        const found = await store.changesSince(after);
        if (found.kind === "unknown") return found;
        const told = database.changes.filter(
          ({ sequence }) => sequence > after && !laterWrites(database).has(sequence),
        );
        return { ...found, ids: [...new Set(told.map(({ id }) => id))] };
      },
    }),
  },
  {
    fault: "tells of a key as often as it changed",
    rule: "each changed key once",
    driver: (store, database) => ({
      ...store,
      changesSince: async (after) => {
        const found = await store.changesSince(after);
        if (found.kind === "unknown") return found;
        const told = database.changes.filter(({ sequence }) => sequence > after);
        return { ...found, ids: told.map(({ id }) => id) };
      },
    }),
  },
  {
    fault: "finds nothing new where it was put back",
    rule: "above the head is unknown",
    driver: (store) => ({
      ...store,
      changesSince: async (after) => ({
        ids: [],
        ...(await store.changesSince(after)),
        kind: "changes",
      }),
    }),
  },
  {
    fault: "shows a sequence number before the change",
    rule: "misses no change of many",
    driver: (store, database) => ({
      ...store,
      commit: async (commit) => {
        const hidden = underWay(database);
        for (const { key } of commit.writes) hidden.add(key.id);
        const result = await store.commit(commit);
        await turn();
        for (const { key } of commit.writes) hidden.delete(key.id);
        return result;
      },
      changesSince: async (after) => {
        const hidden = new Set(underWay(database));
        const found = await store.changesSince(after);
        return found.kind === "changes"
          ? { ...found, ids: found.ids.filter((id) => !hidden.has(id)) }
          : found;
      },
    }),
  },
];

const brokenReads: readonly BrokenDriver[] = [
  {
    fault: "has no chain for a key whose parent is missing",
    rule: "the key and those above it",
    driver: (store) => ({
      ...store,
      readChain: async (id) => {
        const chain = await store.readChain(id);
        return chain.length < 8 && chain.at(-1)?.body.includes('"parent"') === true ? [] : chain;
      },
    }),
  },
  {
    fault: "reads a chain without an end",
    rule: "ends after 8 keys",
    driver: (store) => ({
      ...store,
      readChain: async (id) => {
        const chain = [...(await store.readChain(id))];
        while (chain.length >= 8 && chain.length < 1_000) chain.push(...chain.slice(0, 8));
        return chain;
      },
    }),
  },
  {
    fault: "reads a chain key by key",
    rule: "in one snapshot",
    driver: (store) => ({
      ...store,
      readChain: async (id) => {
        const chain = await store.readChain(id);
        const read: StoredKey[] = chain.slice(0, 1);
        for (const above of chain.slice(1))
          read.push(...(await store.readChain(above.id)).slice(0, 1));
        return read;
      },
    }),
  },
  {
    fault: "remembers what is not there",
    rule: "read at once, through every handle",
    driver: (store) => {
      const absent = new Set<string>();
      return {
        ...store,
        readChain: async (id) => {
          if (absent.has(id)) return [];
          const chain = await store.readChain(id);
          if (chain.length === 0) absent.add(id);
          return chain;
        },
      };
    },
  },
  {
    fault: "reads out of the snapshot of a list that is under way",
    rule: "while a list is half read",
    driver: (store, database) => {
      let snapshot: ReadonlyMap<string, StoredKey> | undefined;
      return {
        ...store,
        list: async (query) => {
          snapshot = new Map(database.keys);
          const page = await store.list(query);
          for (let moment = 0; moment < 5; moment += 1) await turn();
          snapshot = undefined;
          return page;
        },
        readChain: async (id) => {
          const old = snapshot?.get(id);
          return old === undefined ? store.readChain(id) : [old];
        },
      };
    },
  },
  {
    fault: "reads out of the snapshot of a list until its last page",
    rule: "while a list is half read",
    driver: (store, database) => {
      let snapshot: ReadonlyMap<string, StoredKey> | undefined;
      return {
        ...store,
        list: async (query) => {
          const page = await store.list(query);
          snapshot = page.length === query.limit ? new Map(database.keys) : undefined;
          return page;
        },
        readChain: async (id) => {
          const old = snapshot?.get(id);
          return old === undefined ? store.readChain(id) : [old];
        },
      };
    },
  },
];

const brokenLists: readonly BrokenDriver[] = [
  {
    fault: "orders by UTF-16 code units",
    rule: "by the UTF-8 bytes",
    driver: (store) => ({
      ...store,
      list: async (query) => (await store.list(query)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }),
  },
  {
    fault: "lists one key too many",
    rule: "pages of at most",
    driver: (store) => ({
      ...store,
      list: (query) => store.list({ ...query, limit: query.limit + 1 }),
    }),
  },
  {
    fault: "filters after it has cut the page",
    rule: "pages of at most",
    driver: (store) => ({
      ...store,
      list: async ({ owner, ...query }) => {
        const page = await store.list(query);
        return owner === undefined
          ? page
          : page.filter(({ body }) => body.includes(`"owner":"${owner}"`));
      },
    }),
  },
  {
    fault: "does not filter by status",
    rule: "for which all its filters hold",
    driver: (store) => ({
      ...store,
      list: (query) => {
        const { status, ...others } = query;
        return store.list(status === "active" ? others : query);
      },
    }),
  },
  {
    fault: "filters by owner in the place of the tenant",
    rule: "crosses from one tenant to another",
    driver: (store, database) => ({
      ...store,
      list: async (query) => {
        if (query.owner === undefined) return store.list(query);
        const tenants = new Set(
          [...database.keys.values()].map(({ body }) => /"tenant":"([^"]*)"/.exec(body)?.[1] ?? ""),
        );
        const pages = [...tenants].map((tenant) => database.list({ ...query, tenant }));
        return pages
          .flat()
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, query.limit);
      },
    }),
  },
  {
    fault: "knows an idempotency key of another tenant",
    rule: "crosses from one tenant to another",
    driver: (store) => ({
      ...store,
      commit: ({ idempotency, ...commit }) =>
        store.commit(
          idempotency === undefined
            ? commit
            : { ...commit, idempotency: { ...idempotency, tenant: "acme" } },
        ),
      findIdempotency: (_, digest) => store.findIdempotency("acme", digest),
    }),
  },
  {
    fault: "filters by a second copy of the owner",
    rule: "whose body is whole and says so",
    driver: (store, database) => ({
      ...store,
      commit: async (commit) => {
        const result = await store.commit(commit);
        if (result.kind === "committed") copies(database).commit(asItIs(commit, copies(database)));
        return result;
      },
      list: async (query) =>
        query.owner === undefined ? store.list(query) : copies(database).list(query),
    }),
  },
];

const brokenUpkeep: readonly BrokenDriver[] = [
  {
    fault: "moves the last use back",
    rule: "forward only, and is no change",
    driver: (store, database) => ({
      ...store,
      touch: async (uses) => {
        await isOpen(store);
        for (const { id, at } of uses) {
          const key = database.keys.get(id);
          if (key !== undefined) database.keys.set(id, { ...key, lastUsedAt: at });
        }
      },
    }),
  },
  {
    fault: "takes a use for a change",
    rule: "forward only, and is no change",
    driver: (store, database) => ({
      ...store,
      touch: async (uses) => {
        await store.touch(uses);
        for (const { id } of uses) database.changes.push({ sequence: database.head + 1, id });
      },
    }),
  },
  {
    fault: "forgets what was settled",
    rule: "until it is settled",
    driver: (store) => ({ ...store, settle: () => isOpen(store) }),
  },
  {
    fault: "settles all that is older, too",
    rule: "until it is settled",
    driver: (store, database) => ({
      ...store,
      settle: (sequences) =>
        store.settle(
          database.changes
            .map(({ sequence }) => sequence)
            .filter((sequence) => sequence <= Math.max(...sequences)),
        ),
    }),
  },
  {
    fault: "gives the newest entries first",
    rule: "until it is settled",
    driver: (store) => ({
      ...store,
      pending: async (limit) => (await store.pending(1_000)).toReversed().slice(0, limit),
    }),
  },
];

const brokenHandles: readonly BrokenDriver[] = [
  {
    fault: "makes an id for each handle",
    rule: "a store has one id",
    driver: (store) => {
      const id = crypto.randomUUID();
      return { ...store, storeId: () => isOpen(store).then(() => id) };
    },
  },
  {
    fault: "shows how it logs in",
    rule: "without user and password",
    driver: (store) => ({ ...store, place: "memory://ada:pw@host/keys" }),
  },
  {
    fault: "works although it refuses",
    rule: "works unless it refuses",
    driver: (store) => ({
      ...store,
      health: async () => {
        await isOpen(store);
        return { kind: "refused", reason: "it is not durable" };
      },
    }),
  },
  {
    fault: "never gives a hint",
    rule: "a hint comes within 2 s",
    driver: (store) => ({
      ...store,
      listen: async () => {
        await isOpen(store);
        return async () => undefined;
      },
    }),
  },
  {
    fault: "gives hints after the end",
    rule: "a hint comes within 2 s",
    driver: (store) => ({
      ...store,
      listen: async (hint) => {
        await store.listen?.(hint);
        return async () => undefined;
      },
    }),
  },
  {
    fault: "answers after it was closed",
    rule: "a closed handle answers nothing more",
    driver: (store) => ({ ...store, close: async () => undefined }),
  },
  {
    fault: "cannot be closed twice",
    rule: "a closed handle answers nothing more",
    driver: (store) => {
      let isClosed = false;
      return {
        ...store,
        close: async () => {
          if (isClosed) throw new Error("it was closed before");
          isClosed = true;
          await store.close();
        },
      };
    },
  },
  {
    fault: "rejects with an error of its own",
    rule: "a closed handle answers nothing more",
    driver: (store) => ({
      ...store,
      readChain: (id) =>
        store.readChain(id).catch((error: unknown) => {
          throw new Error("the driver's own", { cause: error });
        }),
    }),
  },
];

/** Drivers that are wrong in one way each. */
export const brokenDrivers: readonly BrokenDriver[] = [
  ...brokenCommits,
  ...brokenChanges,
  ...brokenReads,
  ...brokenLists,
  ...brokenUpkeep,
  ...brokenHandles,
];
