// A program that commits to the store argv[2] until its input ends, whatever becomes of the server; prints
// a line `<id> <version> <sequence>` for each commit that was acknowledged.
import { setTimeout as pause } from "node:timers/promises";
import { versionOf } from "../../../../src/store/conformance/sample-key.ts";
import { redisKeyStore } from "../../../../src/store/drivers/redis.ts";
import { KeyStoreError } from "../../../../src/store/key-store.ts";
import { lifeOf } from "./life-of-a-key.ts";

const store = redisKeyStore({ url: process.argv[2] ?? "" });
process.stdin.resume();

/** Tries again while the server is not there. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (process.stdin.readableEnded || !KeyStoreError.is(error) || error.code !== "unavailable")
        throw error;
      await pause(5);
    }
  }
}

async function commitMany(worker: string): Promise<void> {
  for (let number = 0; !process.stdin.readableEnded; number += 1) {
    const id = `${worker}-${String(number)}`;
    for (const [before, commit] of lifeOf(id).entries()) {
      try {
        const result = await store.commit(commit);
        if (result.kind !== "committed") throw new Error(`${id} is ${result.kind}`);
        process.stdout.write(`${id} ${String(before + 1)} ${String(result.sequences[0])}\n`);
      } catch (error) {
        if (!KeyStoreError.is(error) || error.code !== "unavailable") throw error;
        // It is there as a whole or not at all: where it is not, another key is next.
        if ((await eventually(() => versionOf(store, id))) !== before + 1) break;
      }
    }
  }
}

await Promise.all(["a", "b", "c", "d"].map(commitMany));
await store.close();
