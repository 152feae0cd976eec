import type { Problem } from "@scopeward/core";

/** What a source holds now, with a digest that is equal for equal content. */
export type Snapshot<S> =
  | { readonly kind: "read"; readonly content: S; readonly digest: string }
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] };

/** What came of loading a snapshot. */
export type Loaded<T> =
  | { readonly kind: "loaded"; readonly value: T }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** How a snapshot becomes something that serves, as the caller supplies it. */
export interface SnapshotLoader<S, T> {
  /**
   * Compiles, opens, self-tests. Runs once at a time, while decisions are made on the same event
   * loop: whatever takes more than a few milliseconds belongs into a worker. A rejection is a
   * fault, told as problem `load_failed`.
   */
  readonly load: (content: S) => Promise<Loaded<T>>;
  /** Frees a value that was loaded when the watch had been closed, and so was never handed on. */
  readonly discard: (value: T) => void;
}

/** A source that is being watched. */
export interface SourceWatch {
  /** Resolves once a change is noticed, or when the watch is closed before that. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Something that can be watched, read and loaded: see {@link folderSource}, {@link bundleFileSource}
 * and {@link bundleSource}.
 */
export interface ReloadSource<S, T> extends SnapshotLoader<S, T> {
  /** For people: the path of the folder or file, or what the source calls itself. */
  readonly name: string;
  /**
   * A cheap text that changes when the content may have. Never rejects. Absent where each reading is
   * whole, and the watch asks for the next one however the last one went.
   */
  readonly stamp?: () => Promise<string>;
  /**
   * Calls `hint` when something may have changed, often more than once for one change.
   * @param pollMs - how often to look where nothing tells of changes and the source says no time.
   */
  readonly watch: (hint: () => void, pollMs: number) => SourceWatch;
  /**
   * Never rejects.
   * @param signal - aborted when nobody waits any more.
   */
  readonly read: (signal?: AbortSignal) => Promise<Snapshot<S>>;
}
