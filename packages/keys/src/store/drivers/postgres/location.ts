import { KeyStoreError } from "../../key-store.ts";

/** Where a database is, and how to speak of it. */
export interface PostgresLocation {
  /** As given, with user and password: for `pg` alone. */
  readonly url: string;
  /** `postgres://host:port/database`, for people. */
  readonly place: string;
  /** A text of `pg` or the server, in which no password is left. */
  readonly redact: (text: string) => string;
}

/**
 * Reads a PostgreSQL URL.
 * @throws KeyStoreError `misconfigured` where it is none; the message does not hold it.
 */
export function parsePostgresUrl(text: string): PostgresLocation {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "postgres:" && url.protocol !== "postgresql:")) {
    throw new KeyStoreError(
      "misconfigured",
      "the URL of the key store is invalid: write `postgres://user:password@host:port/database`",
    );
  }
  const host = url.searchParams.get("host") ?? (url.hostname === "" ? "localhost" : url.hostname);
  const port = url.searchParams.get("port") ?? (url.port === "" ? "5432" : url.port);
  const path = url.pathname.slice(1);
  const database = path === "" ? decoded(url.username) || "postgres" : decoded(path);
  return {
    url: text,
    place: `postgres://${host}:${port}/${database}`,
    redact: redactor([url.password, decoded(url.password), url.searchParams.get("password") ?? ""]),
  };
}

function redactor(passwords: readonly string[]): (text: string) => string {
  const secrets = passwords.filter((password) => password !== "");
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
