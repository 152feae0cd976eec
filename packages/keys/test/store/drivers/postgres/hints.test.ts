import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { postgresKeyStore } from "../../../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../../../src/store/key-store.ts";
import { sampleWrite } from "../../../../src/store/conformance/sample-key.ts";
import { testServer } from "../postgres-database.ts";

const server = testServer();

function opened(url: string): KeyStore {
  const store = postgresKeyStore({ url });
  onTestFinished(() => store.close());
  return store;
}

/** Counts hints. */
async function listening(
  store: KeyStore,
): Promise<{ count: () => number; end: () => Promise<void> }> {
  let hints = 0;
  const end = await store.listen?.(() => {
    hints += 1;
  });
  if (end === undefined) throw new Error("it listens");
  return { count: () => hints, end };
}

test("a listener whose server dies hears again when it is back, and is told that it missed some", async () => {
  const url = await server.database();
  const [store, writer] = [opened(url), opened(url)];
  const { count, end } = await listening(store);
  await writer.commit({ writes: [sampleWrite("k1")] });
  await vi.waitFor(() => expect(count()).toBe(1), 20_000);
  await server.running.kill9();
  await pause(300);
  await server.running.restart();
  await vi.waitFor(() => expect(count()).toBe(2), 20_000);
  await writer.commit({ writes: [sampleWrite("k2")] });
  await vi.waitFor(() => expect(count()).toBe(3), 20_000);
  await end();
});

test("a listener that finds no server at first hears when there is one", async () => {
  const url = await server.database();
  const store = opened(url);
  await server.running.kill9();
  const { count } = await listening(store);
  await server.running.restart();
  await vi.waitFor(() => expect(count()).toBe(1), 20_000);
  await store.commit({ writes: [sampleWrite("k1")] });
  await vi.waitFor(() => expect(count()).toBe(2), 20_000);
});

test("a listener is ended with its store, and twice does no harm", async () => {
  const url = await server.database();
  const [store, writer] = [opened(url), opened(url)];
  const { count, end } = await listening(store);
  await store.close();
  await writer.commit({ writes: [sampleWrite("k1")] });
  await pause(100);
  expect(count()).toBe(0);
  await end();
  await expect(store.listen?.(() => undefined)).rejects.toMatchObject({ code: "closed" });
});
