// A program that uses a key store in Redis where `@redis/client` is not installed; prints the fault's code.
import { registerHooks } from "node:module";
import { redisKeyStore } from "../../../../src/store/drivers/redis.ts";
import { KeyStoreError } from "../../../../src/store/key-store.ts";

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === "@redis/client") throw new Error(`cannot find package ${specifier}`);
    return next(specifier, context);
  },
});

const store = redisKeyStore({ url: "redis://127.0.0.1:1" });
const fault: unknown = await store.storeId().catch((error: unknown) => error);
process.stdout.write(KeyStoreError.is(fault) ? `${fault.code}: ${fault.message}` : "no fault");
await store.close();
