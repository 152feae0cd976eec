import { postgresKeyStore } from "./drivers/postgres.ts";
import { redisKeyStore } from "./drivers/redis.ts";
import { sqliteKeyStore } from "./drivers/sqlite.ts";
import { type KeyStore, KeyStoreError } from "./key-store.ts";

const acceptParameter = "accept-lost-writes";

/**
 * The store that a URL names: `sqlite:<path>`, `postgres://host/database` or `redis://host`
 * (`postgresql:`, `rediss:` as well). With `?accept-lost-writes=true` a server that may lose what it
 * acknowledged is used all the same. Does no I/O.
 * @throws KeyStoreError `misconfigured`; the message does not repeat the URL, which may hold a password.
 */
export function openKeyStore(url: string): KeyStore {
  if (url.startsWith("sqlite:")) return sqliteKeyStore({ path: url.slice("sqlite:".length) });
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  switch (parsed?.protocol) {
    case "postgres:":
    case "postgresql:":
      return postgresKeyStore(serverOptions(parsed));
    case "redis:":
    case "rediss:":
      return redisKeyStore(serverOptions(parsed));
    default:
      throw misconfigured("name the key store as `sqlite:<path>`, `postgres://…` or `redis://…`");
  }
}

function serverOptions(url: URL): { readonly url: string; readonly acceptLostWrites: boolean } {
  const accept = url.searchParams.getAll(acceptParameter);
  if (accept.length > 1 || !["true", "false", undefined].includes(accept[0])) {
    throw misconfigured(`\`${acceptParameter}\` of the key store is \`true\` or \`false\``);
  }
  // Ours, and nothing that the server's client would understand.
  url.searchParams.delete(acceptParameter);
  return { url: url.href, acceptLostWrites: accept[0] === "true" };
}

function misconfigured(message: string): KeyStoreError {
  return new KeyStoreError("misconfigured", message);
}
