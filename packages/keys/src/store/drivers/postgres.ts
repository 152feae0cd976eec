import type { KeyStore, StoreHealth } from "../key-store.ts";
import { parsePostgresUrl } from "./postgres/location.ts";
import { openConnections } from "./postgres/connections.ts";
import type { Session } from "./postgres/connections.ts";
import { judgeDurability, notDurable } from "./postgres/durability.ts";
import { listenForCommits } from "./postgres/hints.ts";
import { migrate } from "./postgres/schema.ts";
import {
  changesSince,
  commitKeys,
  findIdempotency,
  listKeys,
  pendingEntries,
  readChain,
  settleEntries,
  storeId,
  touchKeys,
} from "./postgres/statements.ts";

/** Where the keys are, and what is accepted of it. */
export interface PostgresKeyStoreOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that `pg` knows. */
  readonly url: string;
  /** Works also on a server that loses acknowledged changes when it crashes, such as a revocation. */
  readonly acceptLostWrites?: boolean;
}

/**
 * Keys in PostgreSQL 13 or newer, the authority for many nodes: in the schema `scopeward`, which is
 * made at the first call. Needs the package `pg`. Each call answers or fails within about 3 s.
 *
 * The user needs the right to create the schema, or to use one that it owns. NOTIFY and prepared
 * statements must reach the server: a proxy that pools transactions does not do.
 * @throws KeyStoreError `misconfigured` where the URL is invalid.
 */
export function postgresKeyStore(options: PostgresKeyStoreOptions): KeyStore {
  const location = parsePostgresUrl(options.url);
  const endings = new Set<() => Promise<void>>();

  const judge = async (session: Session): Promise<StoreHealth> =>
    await judgeDurability(session, options.acceptLostWrites ?? false);
  const connections = openConnections(location, async (session) => {
    const health = await judge(session);
    if (health.kind === "refused") throw notDurable(location.place, health.reason);
    await migrate(session);
  });
  const { use } = connections;

  return {
    place: location.place,
    propagation: "polled",
    storeId: () => use(storeId),
    // Not async: a verification waits for it.
    readChain: (id) =>
      isText(id) ? use((session) => readChain(session, id)) : Promise.resolve([]),
    list: async (query) =>
      isText(query.tenant, query.owner, query.parent, query.after)
        ? await use((session) => listKeys(session, query))
        : [],
    commit: (commit) => use((session) => commitKeys(session, commit)),
    findIdempotency: async (tenant, digest) =>
      isText(tenant, digest)
        ? await use((session) => findIdempotency(session, tenant, digest))
        : undefined,
    touch: (uses) => use((session) => touchKeys(session, uses)),
    changesSince: (sequence) => use((session) => changesSince(session, sequence)),
    pending: (limit) => use((session) => pendingEntries(session, limit)),
    settle: (sequences) => use((session) => settleEntries(session, sequences)),
    async listen(hint) {
      const end = await listenForCommits(connections, hint);
      endings.add(end);
      return async () => {
        endings.delete(end);
        await end();
      };
    },
    async health() {
      const health = await connections.useUnprepared(judge);
      if (health.kind === "refused") connections.distrust();
      return health;
    },
    async close() {
      await Promise.all([...endings].map((end) => end()));
      await connections.close();
    },
  };
}

/** Whether PostgreSQL can have such texts; it has none with NUL, so there nothing is found. */
function isText(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes("\0"));
}
