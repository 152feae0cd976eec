import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { KeyStoreError } from "../../key-store.ts";
import type { Connections } from "./connections.ts";

const shortestPauseMs = 100;
const longestPauseMs = 5_000;
const listenMs = 1_500;

/**
 * Hears of commits over a connection of its own, which it makes anew when it is lost.
 * Resolves after the first attempt, also where no server answered: polling goes on meanwhile.
 */
export async function listenForCommits(
  connections: Connections,
  hint: () => void,
): Promise<() => Promise<void>> {
  const ended = new AbortController();
  const { signal } = ended;
  const isOver = (): boolean => signal.aborted || connections.isClosed;
  const hintUnlessOver = (): void => {
    if (!isOver()) hint();
  };
  const first = await attempt(connections, hintUnlessOver, signal).catch((error: unknown) => {
    if (KeyStoreError.is(error) && error.code !== "unavailable") throw error;
    return undefined;
  });
  const keeping = keepListening(first);
  return async () => {
    ended.abort();
    await keeping;
  };

  async function keepListening(start: Attempt | undefined): Promise<void> {
    let pauseMs = shortestPauseMs;
    for (let current = start; ;) {
      await current?.lost;
      if (isOver()) return;
      pauseMs = current === undefined ? Math.min(pauseMs * 2, longestPauseMs) : shortestPauseMs;
      // Not all at the same moment: every node lost its connection when the server went down.
      const waitMs = pauseMs * (0.5 + Math.random() / 2);
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (isOver()) return;
      current = await attempt(connections, hintUnlessOver, signal).catch(() => undefined);
      // What was told meanwhile is lost.
      if (current !== undefined) hintUnlessOver();
    }
  }
}

/** A connection that listens. */
interface Attempt {
  /** Resolves when it is lost or ended. */
  readonly lost: Promise<void>;
}

async function attempt(
  connections: Connections,
  hint: () => void,
  signal: AbortSignal,
): Promise<Attempt> {
  const { client, socket } = await connections.connect();
  const end = once(client, "end", { signal }).catch(() => undefined);
  const lost = end.then(() => void socket.destroy());
  client.on("notification", hint);
  try {
    const listen = { text: "listen scopeward", rowMode: "array", query_timeout: listenMs } as const;
    await client.query(listen);
    return { lost };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
