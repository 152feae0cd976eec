import { KeyStoreError } from "../../key-store.ts";

/** Where a Redis server is, and how to log in. */
export interface RedisLocation {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Without user and password. */
  readonly place: string;
}

const form = "redis[s]://[user:password@]host[:port][/database][?accept-lost-writes=true]";

/**
 * Reads the URL of a store, strictly: a misspelt option must not leave a setting as it was.
 * @throws KeyStoreError `misconfigured`. Neither message nor cause holds the URL, since it may hold a password.
 */
export function parseRedisUrl(url: string): RedisLocation {
  if (!URL.canParse(url)) throw misconfigured("it is no URL");
  const parsed = new URL(url);
  const tls = parsed.protocol === "rediss:";
  if (!tls && parsed.protocol !== "redis:") throw misconfigured("it does not begin with redis://");
  if (parsed.hostname === "") throw misconfigured("it names no host");
  if (parsed.search !== "") throw misconfigured("it has an option that is not known");
  if (parsed.hash !== "") throw misconfigured("it has a fragment");
  const database = /^\/?$/.test(parsed.pathname) ? "0" : parsed.pathname.slice(1);
  if (!/^(?:0|[1-9]\d{0,4})$/.test(database)) throw misconfigured("its database is no number");
  const port = parsed.port === "" ? 6379 : Number(parsed.port);
  const username = decoded(parsed.username);
  const password = decoded(parsed.password);
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    database: Number(database),
    tls,
    ...(username === "" ? {} : { username }),
    ...(password === "" ? {} : { password }),
    place: `${parsed.protocol}//${parsed.hostname}:${port}/${database}`,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw misconfigured("its user or password has a `%` that is not encoded as `%25`");
  }
}

function misconfigured(why: string): KeyStoreError {
  return new KeyStoreError(
    "misconfigured",
    `the URL of the key store is invalid: ${why}; write ${form}`,
  );
}
