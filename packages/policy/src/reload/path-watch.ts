import type { Stats } from "node:fs";
import { relative, sep } from "node:path";
import { watch } from "chokidar";
import type { FSWatcher } from "chokidar";
import type { SourceWatch } from "./reload-source.ts";

/** What lies at a path, the link itself where it is one. */
export type EntryKind = "file" | "folder" | "link";

/** What is watched, without what is done with it. */
export interface Watched {
  /** The folder or file. It may be away for a while, or change places with another. */
  readonly path: string;
  /**
   * Whether something below `path` matters to the watcher, which looks behind links and into
   * folders that do.
   * @param path - relative, with forward slashes.
   */
  readonly concerns: (path: string, kind: EntryKind) => boolean;
  /** A cheap text that changes when the content may have; asked each `pollMs`. Never rejects. */
  readonly stamp: () => Promise<string>;
}

/**
 * Calls `hint` when something may have changed, often more than once for one change.
 *
 * The file system's events are fast and not to be trusted alone: network file systems have none, a
 * watch handle stays on a folder that was swapped for another (a release link, two renames in one
 * moment), and the kernel's limit of watches may be reached. So the stamp is compared every
 * `pollMs`; a change that no event told of also says that the watcher is blind, and it is replaced.
 */
export function watchPath(watched: Watched, hint: () => void, pollMs: number): SourceWatch {
  const opened = Promise.withResolvers<void>();
  const retired: Promise<void>[] = [];
  let heard = false;
  const onEvent = (): void => {
    heard = true;
    hint();
  };
  const onReady = (): void => {
    // What changed before the watcher was there.
    hint();
    opened.resolve();
  };
  let watcher = openWatcher(watched, onEvent, onReady);
  const poll = startPoll(watched.stamp, pollMs, (changed) => {
    if (changed && !heard) {
      retired.push(watcher.close());
      watcher = openWatcher(watched, onEvent, onReady);
    }
    heard = false;
    if (changed) hint();
  });
  return {
    ready: opened.promise,
    async close() {
      opened.resolve();
      poll.close();
      await Promise.all([...retired, watcher.close()]);
    },
  };
}

function openWatcher(watched: Watched, onEvent: () => void, onReady: () => void): FSWatcher {
  const watcher = watch(watched.path, {
    ignoreInitial: true,
    // Holds a removal back for 100 ms, to hide a save by rename. Settling does that for us.
    atomic: false,
    ignored: (path, stats) => {
      const below = relative(watched.path, path).split(sep).join("/");
      // Above the root, where the watcher waits for a root that is away.
      if (below === "" || below === ".." || below.startsWith("../")) return false;
      const kind = stats && entryKind(stats);
      return kind !== undefined && !watched.concerns(below, kind);
    },
  });
  // A fault of the watcher is no more than a hint: the poll needs no watcher.
  return watcher.on("all", onEvent).on("error", onEvent).once("ready", onReady);
}

function entryKind(stats: Stats): EntryKind | undefined {
  if (stats.isDirectory()) return "folder";
  if (stats.isFile()) return "file";
  return stats.isSymbolicLink() ? "link" : undefined;
}

function startPoll(
  stamp: () => Promise<string>,
  pollMs: number,
  onLook: (changed: boolean) => void,
): { close(): void } {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (last: string | undefined): Promise<void> => {
    const now = await stamp();
    if (closed) return;
    onLook(last !== undefined && now !== last);
    timer = setTimeout(() => void look(now), pollMs);
    timer.unref();
  };
  void look(undefined);
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
