import { createClient } from "@redis/client";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type RedisServer, startRedis } from "../../../../../tools/servers/redis.ts";
import { type KeyStoreHarness, keyStoreCases } from "../../../src/conformance.ts";
import { redisKeyStore } from "../../../src/store/drivers/redis.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => await server.stop());

describe("every rule of the port", () => {
  for (const [number, { name, run }] of keyStoreCases.entries()) {
    test(name, async () => {
      const prefix = `case${String(number)}`;
      const editor = createClient({ url: server.url });
      await editor.connect();
      const harness: KeyStoreHarness = {
        open: async () => redisKeyStore({ url: server.url, prefix }),
        edit: async (id, body) => {
          await editor.hSet(`{${prefix}}:key:${id}`, "body", body);
          return true;
        },
      };
      try {
        await run(harness);
      } finally {
        editor.destroy();
      }
    });
  }
});
