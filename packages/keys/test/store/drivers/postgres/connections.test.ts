import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { postgresKeyStore } from "../../../../src/store/drivers/postgres.ts";
import type { KeyStore } from "../../../../src/store/key-store.ts";
import { sampleWrite } from "../../../../src/store/conformance/sample-key.ts";
import { sql, testServer } from "../postgres-database.ts";

const server = testServer();
// 3 s are promised; the rest is for a machine that other programs use.
const boundMs = 8_000;

function opened(url: string): KeyStore {
  const store = postgresKeyStore({ url });
  onTestFinished(() => store.close());
  return store;
}

/** How long a call takes, and the code that it fails with. */
async function failure(call: Promise<unknown>): Promise<{ code: unknown; isInTime: boolean }> {
  const startMs = performance.now();
  const code = await call.then(
    () => "none",
    (error: unknown) => (error as { code: unknown }).code,
  );
  return { code, isInTime: performance.now() - startMs < boundMs };
}

/** Resolves once a process of the database is in such a state. */
async function untilSome(url: string, state: string): Promise<void> {
  const text = `select 1 from pg_stat_activity where datname = current_database() and ${state}`;
  await vi.waitFor(async () => expect(await sql(url, text)).not.toEqual([]), 10_000);
}

const unavailable = { code: "unavailable", isInTime: true };

test("a store does nothing before its first call", async () => {
  const store = opened("postgres://127.0.0.1:1/keys");
  await pause(20);
  expect(store.place).toBe("postgres://127.0.0.1:1/keys");
  expect(await failure(store.readChain("k"))).toEqual(unavailable);
});

test("a server that is stopped makes every call fail in time, and works when it goes on", async () => {
  const url = await server.database();
  const [used, fresh] = [opened(url), opened(url)];
  await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      used.commit({ writes: [sampleWrite(`k${String(index)}`)] }),
    ),
  );
  server.running.pause();
  try {
    const calls = Array.from({ length: 20 }, () => used.readChain("k1"));
    const others = [
      used.commit({ writes: [sampleWrite("late")] }),
      used.health(),
      used.changesSince(0),
      fresh.readChain("k1"),
      fresh.health(),
    ];
    for (const found of await Promise.all([...calls, ...others].map(failure))) {
      expect(found).toEqual(unavailable);
    }
  } finally {
    server.running.resume();
  }
  for (const store of [used, fresh]) {
    await expect(store.readChain("k1")).resolves.toHaveLength(1);
  }
});

test("a store is closed in time while its server is stopped", async () => {
  const store = opened(await server.database());
  await store.storeId();
  server.running.pause();
  try {
    expect(await failure(store.close())).toEqual({ code: "none", isInTime: true });
  } finally {
    server.running.resume();
  }
});

test("a server that dies and comes back is used again, and nothing that was acknowledged is lost", async () => {
  const store = opened(await server.database());
  await store.commit({ writes: [sampleWrite("k")] });
  await server.running.kill9();
  // Time for the idle connections to be lost: that must not end the process.
  await pause(50);
  expect(await failure(store.readChain("k"))).toEqual(unavailable);
  expect(await failure(store.commit({ writes: [sampleWrite("l")] }))).toEqual(unavailable);
  await server.running.restart();
  await expect(store.readChain("k")).resolves.toHaveLength(1);
  await expect(store.commit({ writes: [sampleWrite("l")] })).resolves.toMatchObject({
    kind: "committed",
  });
});

test("a connection that is ended by the server while it is idle or at work is replaced", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.storeId();
  const end = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'scopeward'`;
  await sql(url, end);
  // A call that meets the end of its connection fails; the next one has another.
  await vi.waitFor(() => store.storeId(), 10_000);

  const holding = sql(url, "begin; select from scopeward.counter for update; select pg_sleep(2.5)");
  await untilSome(url, "wait_event = 'PgSleep'");
  const working = failure(store.commit({ writes: [sampleWrite("k")] }));
  await untilSome(url, "wait_event_type = 'Lock' and application_name = 'scopeward'");
  await sql(url, end);
  expect(await working).toEqual(unavailable);
  await holding;
  await expect(store.readChain("k")).resolves.toEqual([]);
});

test("a lock that somebody holds makes a commit fail in time, and whole", async () => {
  const url = await server.database();
  const store = opened(url);
  await store.commit({ writes: [sampleWrite("k")] });
  const holding = sql(
    url,
    "begin; select from scopeward.counter for update; select pg_sleep(5); rollback",
  );
  await untilSome(url, "wait_event = 'PgSleep'");
  expect(await failure(store.commit({ writes: [sampleWrite("l")] }))).toEqual(unavailable);
  // Reading goes on meanwhile.
  await expect(store.readChain("k")).resolves.toHaveLength(1);
  await holding;
  await expect(store.readChain("l")).resolves.toEqual([]);
});

test("what names no database, or no user, is misconfigured, and no message holds the password", async () => {
  const place = new URL(await server.database());
  place.password = "s3cret-pass";
  for (const [change, code] of [
    [{ pathname: "/none" }, "misconfigured"],
    [{ username: "nobody" }, "misconfigured"],
    [{ port: "1" }, "unavailable"],
  ] as const) {
    const url = new URL(place);
    Object.assign(url, change);
    const error: unknown = await opened(url.href)
      .readChain("k")
      .catch((fault: unknown) => fault);
    expect(error).toMatchObject({ name: "KeyStoreError", code });
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain("s3cret-pass");
  }
});
