// A program that commits to the store argv[2] until its input ends, whatever becomes of the server; prints
// a line `<name> <version> <sequences>` for each commit that was acknowledged.
import { setTimeout as pause } from "node:timers/promises";
import { versionOf } from "../../src/store/conformance/sample-key.ts";
import { KeyStoreError } from "../../src/store/key-store.ts";
import { openKeyStore } from "../../src/store/store-url.ts";
import { lifeOfPair } from "./life-of-a-pair.ts";

const store = openKeyStore(process.argv[2] ?? "");
process.stdin.resume();

function isUnavailable(error: unknown): boolean {
  return KeyStoreError.is(error) && error.code === "unavailable";
}

/** Tries again while the server is not there. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (process.stdin.readableEnded || !isUnavailable(error)) throw error;
      await pause(5);
    }
  }
}

async function commitMany(worker: string): Promise<void> {
  for (let number = 0; !process.stdin.readableEnded; number += 1) {
    const name = `${worker}${String(number)}`;
    for (const [before, commit] of lifeOfPair(name).entries()) {
      try {
        const result = await store.commit(commit);
        if (result.kind !== "committed") throw new Error(`${name} is ${result.kind}`);
        process.stdout.write(`${name} ${String(before + 1)} ${result.sequences.join(",")}\n`);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        // It is there as a whole or not at all: where it is not, another pair is next.
        if ((await eventually(() => versionOf(store, `${name}-x`))) !== before + 1) break;
      }
    }
  }
}

await Promise.all(["a", "b", "c", "d"].map(commitMany));
await store.close();
