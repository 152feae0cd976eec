import { basename, resolve } from "node:path";
import { fileProblem, readBoundedFile, stampFile } from "../bounded-file.ts";
import type { ReloadSource, Snapshot, SnapshotLoader } from "./reload-source.ts";

/** Options of {@link bundleSource}. */
export interface BundleSourceOptions<T> extends SnapshotLoader<Uint8Array, T> {
  /** The bundle file, or a link to it. */
  readonly file: string;
  /** A larger file is unreadable; 128 MiB by default. Loading has limits of its own. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 128 * 1024 * 1024;

/**
 * A bundle file that can be watched. Replace it by renaming another over it: a reader then sees the
 * old file or the new one. One that is written in place is seen half-written when the writer pauses,
 * and refused as damaged until the rest has come.
 */
export function bundleSource<T>(options: BundleSourceOptions<T>): ReloadSource<Uint8Array, T> {
  const { load, discard, maxBytes = defaultMaxBytes } = options;
  // The process may change its working folder; the bundle stays where it was.
  const file = resolve(options.file);
  return {
    path: file,
    concerns: () => true,
    stamp: async () => await stampFile(file),
    read: async () => await readSnapshot(file, maxBytes),
    load,
    discard,
  };
}

async function readSnapshot(path: string, maxBytes: number): Promise<Snapshot<Uint8Array>> {
  const file = await readBoundedFile(path, maxBytes);
  if (file.kind === "read") return { kind: "read", content: file.content, digest: file.digest };
  const reason = file.kind === "folder" ? "it is a folder" : file.reason;
  return { kind: "unreadable", problems: [fileProblem(basename(path), reason)] };
}
