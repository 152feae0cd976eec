import { setTimeout as sleep } from "node:timers/promises";
import type { Problem } from "@scopeward/core";
import type { Loaded, ReloadSource, Snapshot, SourceWatch } from "./reload-source.ts";

/** Who hears of it. Called on the event loop, one at a time; neither may throw. */
export interface ReloadListener<T> {
  /**
   * A state was read, settled and loaded: swap it in. After a failure this comes for the content
   * that serves already, too, and tells that all is well again.
   * @param milliseconds - since the change was noticed.
   */
  readonly loaded: (value: T, milliseconds: number) => void;
  /** A state could not be read or loaded; what served before serves on. */
  readonly refused: (problems: readonly Problem[]) => void;
}

/** Times of {@link startReload} for folders and files, all in milliseconds. */
export interface ReloadTimes {
  /** How long content must stay as it is before it is loaded; 40. */
  readonly settleMs: number;
  /** How often to look for what the file system did not tell; 1,000. */
  readonly pollMs: number;
  /** After how long content that never settles is told as a failure; 5,000. */
  readonly unsettledMs: number;
}

/** A running watch. It keeps the process alive until it is closed. */
export interface Reload {
  /** Resolves once the source is watched: a change from then on is noticed. */
  readonly ready: Promise<void>;
  /** Resolves when nothing runs any more, a load included; no listener is called from now on. */
  close(): Promise<void>;
}

const usualTimes: ReloadTimes = { settleMs: 40, pollMs: 1_000, unsettledMs: 5_000 };

/**
 * Watches a source and hands on each new state that loads, one load at a time, however many files
 * change meanwhile.
 *
 * A state is loaded when it was the same, stamp and content, `settleMs` apart: a file caught
 * half-written can be well-formed, and would be a policy that nobody wrote. A writer that pauses longer than that in the
 * middle of a change is taken to have finished; whoever needs certainty writes beside and renames. A
 * source without a stamp is whole at each reading, and is loaded as it was read.
 *
 * ```ts
 * const source = folderSource({ folder: "policies", load, discard: (evaluator) => evaluator.close() });
 * const first = await source.read();
 * if (first.kind === "unreadable") throw new PoliciesUnreadable(first.problems);
 * const opened = await source.load(first.content);
 * const reload = startReload(source, first.digest, { loaded: swap, refused: report });
 * ```
 *
 * @param digest - of the content that serves already.
 */
export function startReload<S, T>(
  source: ReloadSource<S, T>,
  digest: string,
  listener: ReloadListener<T>,
  times: Partial<ReloadTimes> = {},
): Reload {
  return new RunningReload(source, digest, listener, { ...usualTimes, ...times });
}

class RunningReload<S, T> implements Reload {
  readonly ready: Promise<void>;
  readonly #source: ReloadSource<S, T>;
  readonly #listener: ReloadListener<T>;
  readonly #times: ReloadTimes;
  readonly #watch: SourceWatch;
  /** What was last loaded or refused: it is not loaded again. */
  #handled: string | undefined;
  /** When the first change was noticed that no reading has seen yet. */
  #noticedAt: number | undefined;
  #running: Promise<void> | undefined;
  #readAgain: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();

  constructor(
    source: ReloadSource<S, T>,
    digest: string,
    listener: ReloadListener<T>,
    times: ReloadTimes,
  ) {
    this.#source = source;
    this.#listener = listener;
    this.#times = times;
    this.#handled = digest;
    this.#watch = source.watch(() => this.#hint(), times.pollMs);
    this.ready = this.#watch.ready;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#readAgain);
    await this.#watch.close();
    await this.#running;
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  #hint(): void {
    if (this.#closed) return;
    this.#noticedAt ??= performance.now();
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      for (let since = this.#take(); since !== undefined; since = this.#take()) {
        const snapshot = await this.#settle(since);
        if (snapshot === undefined) continue;
        this.#handled = fingerprint(snapshot);
        this.#tell(await this.#load(snapshot), since);
      }
    } finally {
      // In one step with the last look at the notice: none is lost in between.
      this.#running = undefined;
    }
  }

  /** Takes the notice: what changes from now on is a new one. */
  #take(): number | undefined {
    const since = this.#closed ? undefined : this.#noticedAt;
    this.#noticedAt = undefined;
    return since;
  }

  /** The new state once it holds still; nothing when it is the one that was handled last. */
  async #settle(since: number): Promise<Snapshot<S> | undefined> {
    let before = await this.#look();
    if (before.stamp === undefined) {
      return this.#closed || before.fingerprint === this.#handled ? undefined : before.snapshot;
    }
    if (before.snapshot.kind === "unreadable") this.#readAgainLater();
    let told = false;
    while (!this.#closed && before.fingerprint !== this.#handled) {
      await sleep(this.#times.settleMs);
      // What was noticed until now is in the reading that follows.
      this.#noticedAt = undefined;
      const after = await this.#look();
      // The stamps as well: two readings can meet the same empty file between truncating and writing.
      if (after.fingerprint === before.fingerprint && after.stamp === before.stamp) {
        return after.snapshot;
      }
      before = after;
      if (!told && performance.now() - since > this.#times.unsettledMs) {
        told = true;
        // Whatever comes of it in the end is news, the old content included.
        this.#handled = undefined;
        this.#tell({ kind: "refused", problems: [unsettled(this.#times.unsettledMs)] }, since);
      }
    }
    return undefined;
  }

  async #look(): Promise<Sight<S>> {
    // Before reading, so that what is written during it is in the next stamp.
    const stamp = await this.#source.stamp?.();
    const snapshot = await this.#source.read(this.#closing.signal);
    return { stamp, snapshot, fingerprint: fingerprint(snapshot) };
  }

  /** What made it unreadable may pass without a trace in the file system: too many open files. */
  #readAgainLater(): void {
    clearTimeout(this.#readAgain);
    this.#readAgain = setTimeout(() => this.#hint(), this.#times.pollMs);
    this.#readAgain.unref();
  }

  async #load(snapshot: Snapshot<S>): Promise<Loaded<T>> {
    if (snapshot.kind === "unreadable") return { kind: "refused", problems: snapshot.problems };
    try {
      return await this.#source.load(snapshot.content);
    } catch (error) {
      // Not the content's fault: the same content may load at the next touch.
      this.#handled = undefined;
      return { kind: "refused", problems: [loadFailed(error)] };
    }
  }

  #tell(loaded: Loaded<T>, since: number): void {
    if (this.#closed) {
      if (loaded.kind === "loaded") this.#source.discard(loaded.value);
    } else if (loaded.kind === "loaded") {
      this.#listener.loaded(loaded.value, performance.now() - since);
    } else {
      this.#listener.refused(loaded.problems);
    }
  }
}

interface Sight<S> {
  readonly stamp: string | undefined;
  readonly snapshot: Snapshot<S>;
  readonly fingerprint: string;
}

function fingerprint(snapshot: Snapshot<unknown>): string {
  return snapshot.kind === "read" ? snapshot.digest : JSON.stringify(snapshot.problems);
}

function unsettled(milliseconds: number): Problem {
  return {
    severity: "error",
    code: "content_unsettled",
    message: `has kept changing for ${milliseconds} milliseconds`,
  };
}

function loadFailed(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return { severity: "error", code: "load_failed", message };
}
