import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { openPool } from "../../../../src/store/drivers/postgres/pool.ts";
import type { Connection } from "../../../../src/store/drivers/postgres/pool.ts";

function connection(): Connection {
  const client = Object.assign(new EventEmitter(), {
    connect: async () => undefined,
    query: async () => ({ rows: [] }),
    end: async () => void client.emit("end"),
  });
  return { client, socket: new PassThrough() };
}

const size = 5;

test("a connection that was given back is lent again, at once", async () => {
  const connect = vi.fn<() => Promise<Connection>>(async () => connection());
  const pool = openPool(connect, 1_000);
  const first = await pool.lend();
  pool.giveBack(first);
  expect(pool.lend()).toBe(first);
  expect(connect).toHaveBeenCalledTimes(1);
});

test("one who waits gets the next that is given back, or a new one for one that is discarded", async () => {
  const connect = vi.fn<() => Promise<Connection>>(async () => connection());
  const pool = openPool(connect, 1_000);
  const lent = await Promise.all(Array.from({ length: size }, async () => await pool.lend()));
  const waiters = [pool.lend(), pool.lend()].map(async (waiter) => await waiter);
  expect(connect).toHaveBeenCalledTimes(size);
  const [given, broken] = lent;
  if (given === undefined || broken === undefined) throw new Error("there are five");
  pool.giveBack(given);
  pool.discard(broken);
  const [first, second] = await Promise.all(waiters);
  expect(first).toBe(given);
  expect(lent).not.toContain(second);
  expect(broken.socket.destroyed).toBe(true);
});

test("one who waits for too long is refused, and takes nothing from the next", async () => {
  const pool = openPool(async () => connection(), 20);
  const lent = await Promise.all(Array.from({ length: size }, async () => await pool.lend()));
  await expect(pool.lend()).rejects.toThrow("in use");
  const [first] = lent;
  if (first === undefined) throw new Error("there are five");
  pool.giveBack(first);
  expect(pool.lend()).toBe(first);
});

test("a connection that is lost while it is idle is not lent again", async () => {
  const pool = openPool(async () => connection(), 1_000);
  const lost = await pool.lend();
  pool.giveBack(lost);
  lost.client.emit("end");
  expect(await pool.lend()).not.toBe(lost);
});

test("where no connection can be made each call is told so, and none is held against the next", async () => {
  let isDown = true;
  const pool = openPool(async () => {
    if (isDown) throw new Error("down");
    return connection();
  }, 1_000);
  const calls = Array.from({ length: 4 * size }, async () => await pool.lend());
  for (const { status } of await Promise.allSettled(calls)) expect(status).toBe("rejected");
  isDown = false;
  await expect(
    Promise.all(Array.from({ length: size }, async () => await pool.lend())),
  ).resolves.toHaveLength(size);
});

test("closing waits for what is lent, and ends what is idle", async () => {
  const pool = openPool(async () => connection(), 1_000);
  const [lent, idle] = [await pool.lend(), await pool.lend()];
  pool.giveBack(idle);
  const closing = pool.close(5_000);
  expect(idle.socket.destroyed).toBe(true);
  expect(lent.socket.destroyed).toBe(false);
  pool.giveBack(lent);
  await closing;
  expect(lent.socket.destroyed).toBe(true);
});
