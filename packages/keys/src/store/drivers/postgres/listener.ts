import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Connections } from "./connections.ts";
import type { PgClient, PgModule, PgOptions } from "./pg-module.ts";

const shortestPauseMs = 100;
const longestPauseMs = 5_000;
const listenMs = 1_500;

/** Ends when the connection is lost, or cannot be made. */
interface Attempt {
  /** Whether it listens now. */
  readonly listens: boolean;
  readonly lost: Promise<void>;
}

/**
 * Hears of commits over a connection of its own, which it makes anew when it is lost.
 * Resolves after the first attempt, also where that failed: polling goes on meanwhile.
 */
export async function listenForCommits(
  connections: Connections,
  hint: () => void,
): Promise<() => Promise<void>> {
  const { pg, options } = await connections.dedicated();
  const ended = new AbortController();
  const { signal } = ended;
  const hintUnlessEnded = (): void => {
    if (!signal.aborted && !connections.isClosed) hint();
  };
  const first = await attempt(pg, options, hintUnlessEnded, signal);
  const keeping = keepListening(first);
  return async () => {
    ended.abort();
    await keeping;
  };

  async function keepListening(start: Attempt): Promise<void> {
    let pauseMs = shortestPauseMs;
    for (let current = start; ;) {
      await current.lost;
      if (signal.aborted || connections.isClosed) return;
      pauseMs = current.listens ? shortestPauseMs : Math.min(pauseMs * 2, longestPauseMs);
      // Not all at the same moment: every node lost its connection when the server went down.
      const waitMs = pauseMs * (0.5 + Math.random() / 2);
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || connections.isClosed) return;
      current = await attempt(pg, options, hintUnlessEnded, signal);
      // What was told meanwhile is lost.
      if (current.listens) hintUnlessEnded();
    }
  }
}

async function attempt(
  pg: PgModule,
  options: PgOptions,
  hint: () => void,
  signal: AbortSignal,
): Promise<Attempt> {
  let socket: Duplex | undefined;
  const client: PgClient = new pg.Client({
    ...options,
    stream: () => {
      socket = options.stream();
      return socket;
    },
  });
  const lost = once(client, "end", { signal }).then(
    () => undefined,
    () => undefined,
  );
  client.on("error", () => undefined);
  client.on("notification", hint);
  const over = lost.finally(() => socket?.destroy());
  try {
    await client.connect();
    const listen = { text: "listen scopeward", rowMode: "array", query_timeout: listenMs } as const;
    await client.query(listen);
    return { listens: true, lost: over };
  } catch {
    socket?.destroy();
    return { listens: false, lost: Promise.resolve() };
  }
}
