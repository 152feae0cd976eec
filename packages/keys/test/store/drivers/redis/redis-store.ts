import { createClient } from "@redis/client";
import { onTestFinished } from "vitest";
import type { RedisServer } from "../../../../../../tools/servers/redis.ts";
import { redisKeyStore, type RedisKeyStoreOptions } from "../../../../src/store/drivers/redis.ts";
import type { KeyStore } from "../../../../src/store/key-store.ts";

/** A store that is closed after the test. */
export function openedStore(
  server: Pick<RedisServer, "url">,
  options: Partial<RedisKeyStoreOptions> = {},
): KeyStore {
  const store = redisKeyStore({ url: server.url, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** What somebody does who has the server: one command, on a connection of its own. */
export async function beside(
  server: Pick<RedisServer, "url">,
  ...command: string[]
): Promise<unknown> {
  const client = createClient({ url: server.url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
