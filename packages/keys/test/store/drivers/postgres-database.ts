import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import type { PostgresServer } from "../../../../../tools/servers/postgres.ts";
import { startPostgres } from "../../../../../tools/servers/postgres.ts";
import type { KeyStoreHarness } from "../../../src/conformance.ts";
import { postgresKeyStore } from "../../../src/store/drivers/postgres.ts";

/** A server for all tests of a file. */
export interface TestServer {
  readonly running: PostgresServer;
  /** URL of a new, empty database. */
  database(): Promise<string>;
}

/** Starts a server before the tests of the file that calls this, and ends it after them. */
export function testServer(): TestServer {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.stop();
  });
  const running = (): PostgresServer => {
    if (server === undefined) throw new Error("the server is started before the tests");
    return server;
  };
  return {
    get running() {
      return running();
    },
    database: () => newDatabase(running().url),
  };
}

async function newDatabase(serverUrl: string): Promise<string> {
  const name = `keys_${randomBytes(6).toString("hex")}`;
  await sql(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement as the superuser, behind the store's back. */
export async function sql(
  url: string,
  text: string,
  values?: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values && [...values])).rows;
  } finally {
    await client.end();
  }
}

/** The harness of one conformance case. */
export function harnessOf(url: string): KeyStoreHarness {
  return {
    open: async () => postgresKeyStore({ url }),
    edit: async (id, body) => {
      await sql(url, "update scopeward.keys set body = $2 where id = $1", [id, body]);
      return true;
    },
  };
}
