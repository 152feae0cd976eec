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

/** What lies at a path, the link itself where it is one. */
export type EntryKind = "file" | "folder" | "link";

/**
 * Something that can be watched, read and loaded: see {@link folderSource} and
 * {@link bundleSource}.
 */
export interface ReloadSource<S, T> extends SnapshotLoader<S, T> {
  /** The folder or file. It may be away for a while, or change places with another. */
  readonly path: string;
  /**
   * Whether something below `path` matters to the watcher, which looks behind links and into
   * folders that do.
   * @param path - relative, with forward slashes.
   */
  readonly concerns: (path: string, kind: EntryKind) => boolean;
  /** A cheap text that changes when the content may have; asked every second. Never rejects. */
  readonly stamp: () => Promise<string>;
  /** Never rejects. */
  readonly read: () => Promise<Snapshot<S>>;
}
