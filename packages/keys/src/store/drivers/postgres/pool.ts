import { setTimeout as pause } from "node:timers/promises";
import type { Duplex } from "node:stream";
import type { PgClient } from "./pg-module.ts";

const size = 5;
const goodbyeMs = 500;

/** A connection and its socket, which ends it at once. */
export interface Connection {
  readonly client: PgClient;
  readonly socket: Duplex;
}

/**
 * Connections, each lent to one call at a time. Not the pool of `pg`: that one goes through timers and
 * turns of the event loop for each call, which a verification would pay for, and may wait twice.
 */
export interface Pool {
  /** At once where one is idle. Rejects when there is none after `patienceMs`. */
  lend(): Connection | Promise<Connection>;
  giveBack(connection: Connection): void;
  /** For one of which it is not known what it would answer next. */
  discard(connection: Connection): void;
  /** Waits at most `longestCallMs` for those that are lent. */
  close(longestCallMs: number): Promise<void>;
}

interface Waiter {
  readonly take: (connection: Connection | Promise<Connection>) => void;
  readonly timer: NodeJS.Timeout;
}

/** @param connect - makes a connection in bounded time. */
export function openPool(connect: () => Promise<Connection>, patienceMs: number): Pool {
  const all = new Set<Connection>();
  const waiting: Waiter[] = [];
  let idle: Connection[] = [];
  let making = 0;
  let isClosed = false;

  const make = async (): Promise<Connection> => {
    making += 1;
    try {
      const connection = await connect();
      all.add(connection);
      // A connection may be lost at any time, also while nobody uses it.
      connection.client.on("end", () => discard(connection));
      return connection;
    } finally {
      making -= 1;
      serveNext();
    }
  };

  const serveNext = (): void => {
    if (all.size + making >= size) return;
    const waiter = waiting.shift();
    if (waiter === undefined) return;
    clearTimeout(waiter.timer);
    waiter.take(make());
  };

  const discard = (connection: Connection): void => {
    if (!all.delete(connection)) return;
    idle = idle.filter((other) => other !== connection);
    connection.socket.destroy();
    serveNext();
  };

  return {
    lend() {
      const connection = idle.pop();
      if (connection !== undefined) return connection;
      if (all.size + making < size) return make();
      return new Promise((take, reject) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(new Error("every connection is in use"));
        }, patienceMs);
        const waiter = { take, timer };
        waiting.push(waiter);
      });
    },
    giveBack(connection) {
      if (!all.has(connection)) return;
      if (isClosed) {
        void connection.client.end();
        return;
      }
      const waiter = waiting.shift();
      if (waiter === undefined) {
        idle.push(connection);
        return;
      }
      clearTimeout(waiter.timer);
      waiter.take(connection);
    },
    discard,
    async close(longestCallMs) {
      isClosed = true;
      const isLent = making > 0 || all.size > idle.length;
      const endsAtMs = performance.now() + (isLent ? longestCallMs : goodbyeMs);
      for (const { client } of idle) void client.end();
      while (all.size + making > 0 && performance.now() < endsAtMs) await pause(5);
      for (const connection of all) discard(connection);
    },
  };
}
